package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import dev.spangate.telemetry.Frame.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Journal records as bytes: [Place] (span records only), a version, then the fields in order.
///
/// A field that comes later is appended, and read only where there is more. Stateless.
final class RecordCodec {
    private static final int VERSION = 1;

    /// A checkpoint repeats the same names for each of perhaps 200,000 inferences: a tenth remains.
    private static final int COMPRESSED = 2;

    /// What counts beside a checkpoint lies behind it.
    private static final long HERE = -1;

    private RecordCodec() {}

    static Kind kind(JournalRecord entry) {
        return switch (entry) {
            case Draft _ -> Kind.DRAFT;
            case Release _ -> Kind.RELEASE;
            case State _ -> Kind.STATE;
            case Checkpoint _ -> Kind.CHECKPOINT;
            case Withdrawn _ -> Kind.WITHDRAWN;
        };
    }

    static void write(ByteSink out, JournalRecord entry, @Nullable Place place) {
        if (place != null) {
            place.write(out);
        }
        out.putByte(VERSION);
        switch (entry) {
            case Draft draft -> writeDraft(out, draft);
            case Release release -> writeRelease(out, release);
            case State state -> {
                out.putText(state.kind());
                out.putText(state.runId());
                out.putText(state.json());
            }
            case Checkpoint checkpoint -> {
                out.cut(out.size() - 1);
                writeCheckpoint(out, checkpoint, HERE);
            }
            case Withdrawn _ -> {
                // Its place says it all.
            }
        }
    }

    /// A checkpoint that was taken beside the writing.
    ///
    /// @param from where the records begin that count in addition to it
    static void writeCheckpoint(ByteSink out, Checkpoint checkpoint, long from) {
        out.putByte(COMPRESSED);
        out.putLong(from);
        out.putCompressed(checkpoint.json());
    }

    /// Where the records begin that count in addition to the checkpoint that lies at `at`.
    static long countsFrom(ByteBuffer payload, long at) {
        var bytes = payload.duplicate();
        long from = bytes.remaining() > 9 && bytes.get() == COMPRESSED ? bytes.getLong() : HERE;
        return from < 0 ? at : Math.min(from, at);
    }

    static JournalRecord read(Kind kind, ByteBuffer payload) {
        var bytes = payload.duplicate();
        var place = kind.isOfSpan() ? Place.read(bytes) : null;
        int version = bytes.get();
        boolean compressed = version == COMPRESSED && kind == Kind.CHECKPOINT;
        if (version != VERSION && !compressed) {
            throw new IllegalStateException("a record of version " + version);
        }
        var in = new ByteSource(bytes);
        return switch (kind) {
            case DRAFT -> readDraft(in);
            case RELEASE, PENDING -> readRelease(in);
            case WITHDRAWN, DISCARDED ->
                    new Withdrawn(Place.hex(place == null ? 0 : place.spanId()));
            case STATE -> new State(in.text(), in.text(), in.text());
            case CHECKPOINT -> new Checkpoint(compressed ? in.checkpoint() : in.text());
        };
    }

    private static void writeDraft(ByteSink out, Draft draft) {
        out.putText(draft.spanId());
        out.putText(draft.type().name());
        out.putText(draft.name());
        out.putByte(draft.client() ? 1 : 0);
        out.putLong(draft.startNanos());
        out.putLong(draft.endNanos());
        out.putText(draft.level().name());
        out.putText(draft.statusMessage());
        out.putByte(draft.error() ? 1 : 0);
        out.putLong(draft.completionStartNanos());
        out.putText(draft.input());
        out.putText(draft.output());
        out.putText(draft.inputFrom());
        out.putText(draft.outputFrom());
        writeUsage(out, draft.usage());
        out.putMap(draft.cost());
        out.putMap(draft.attributes());
        out.putText(draft.evidence());
    }

    private static Draft readDraft(ByteSource in) {
        return new Draft(
                in.text(),
                ObservationType.valueOf(in.text()),
                in.text(),
                in.flag(),
                in.longNumber(),
                in.longNumber(),
                Level.valueOf(in.text()),
                in.optionalText(),
                in.flag(),
                in.longNumber(),
                in.optionalText(),
                in.optionalText(),
                in.optionalText(),
                in.optionalText(),
                readUsage(in),
                in.numbers(Double.class),
                in.map(),
                in.optionalText());
    }

    private static void writeUsage(ByteSink out, @Nullable Usage usage) {
        out.putByte(usage == null ? 0 : 1);
        if (usage != null) {
            out.putLong(usage.input());
            out.putLong(usage.output());
            out.putLong(usage.cacheRead());
            out.putLong(usage.cacheWrite());
            out.putLong(usage.reasoning());
            out.putMap(usage.other());
            out.putByte(usage.partial() ? 1 : 0);
        }
    }

    private static @Nullable Usage readUsage(ByteSource in) {
        return in.flag()
                ? new Usage(
                        in.longNumber(),
                        in.longNumber(),
                        in.longNumber(),
                        in.longNumber(),
                        in.longNumber(),
                        in.numbers(Long.class),
                        in.flag())
                : null;
    }

    private static void writeRelease(ByteSink out, Release release) {
        out.putText(release.spanId());
        out.putText(release.traceId());
        out.putText(release.parentSpanId());
        out.putByte(release.remoteParent() ? 1 : 0);
        out.putByte(release.appRoot() ? 1 : 0);
        writeRun(out, release.run());
        var links = release.links() == null ? List.<SpanLink>of() : release.links();
        out.putInt(links.size());
        for (var link : links) {
            out.putText(link.traceId());
            out.putText(link.spanId());
            out.putMap(link.attributes());
        }
        out.putMap(release.attributes());
        out.putText(release.keptFor());
        out.putText(release.evidence());
        out.putByte(release.draft() == null ? 0 : 1);
        if (release.draft() != null) {
            writeDraft(out, release.draft());
        }
    }

    private static Release readRelease(ByteSource in) {
        String spanId = in.text();
        String traceId = in.text();
        String parent = in.optionalText();
        boolean remote = in.flag();
        boolean appRoot = in.flag();
        var run = readRun(in);
        var links = new ArrayList<SpanLink>();
        for (int left = in.number(); left > 0; left--) {
            links.add(new SpanLink(in.text(), in.text(), in.map()));
        }
        Map<String, Object> attributes = in.map();
        String keptFor = in.optionalText();
        String evidence = in.optionalText();
        var draft = in.flag() ? readDraft(in) : null;
        return new Release(
                spanId,
                traceId,
                parent,
                remote,
                appRoot,
                run,
                links,
                attributes,
                draft,
                keptFor,
                evidence);
    }

    private static void writeRun(ByteSink out, RunAttributes run) {
        out.putText(run.runId());
        out.putText(run.traceName());
        out.putText(run.sessionId());
        out.putText(run.userId());
        out.putTexts(run.tags());
        out.putText(run.environment());
        out.putText(run.caller());
        out.putByte(run.traceLevel() ? 1 : 0);
    }

    private static RunAttributes readRun(ByteSource in) {
        return new RunAttributes(
                in.text(),
                in.text(),
                in.optionalText(),
                in.optionalText(),
                in.texts(),
                in.optionalText(),
                in.text(),
                in.flag());
    }
}
