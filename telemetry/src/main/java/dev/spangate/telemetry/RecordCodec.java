package dev.spangate.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Journal records as bytes: small fields as JSON, long texts beside it as they are, so that
/// content is never escaped twice.
///
/// Payload: [Place] (span records only), then per part a length (4, -1 for null) and UTF-8 bytes.
/// Thread-safe.
final class RecordCodec {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.USE_LONG_FOR_INTS)
                    .changeDefaultPropertyInclusion(
                            value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
                    .build();

    private RecordCodec() {}

    /// Writes and reads one record, so that the first real one does not wait for class loading.
    static void warmUp() {
        var draft =
                new Draft(
                        "00",
                        ObservationType.SPAN,
                        "",
                        false,
                        0,
                        0,
                        Level.DEFAULT,
                        null,
                        false,
                        0,
                        "",
                        "",
                        null,
                        null,
                        Usage.of(0, 0),
                        Map.of("", 0.0),
                        Map.of("", ""),
                        "");
        var run = new RunAttributes("", "", null, null, List.of(""), null, "", true);
        var links = List.of(new SpanLink("", "", Map.of("", "")));
        var release =
                new Release("00", "", null, false, false, run, links, Map.of(), draft, null, null);
        decode(Kind.RELEASE, ByteBuffer.wrap(encode(release, Place.of("00"))));
    }

    static byte[] encode(JournalRecord entry, @Nullable Place place) {
        var out = new ByteSink(512);
        if (place != null) {
            place.write(out);
        }
        switch (entry) {
            case Draft draft -> putDraft(out, draft);
            case Release release -> {
                put(out, JSON.writeValueAsBytes(with(release, null, null)));
                put(out, bytes(release.evidence()));
                if (release.draft() != null) {
                    putDraft(out, release.draft());
                }
            }
            case State state -> {
                put(out, bytes(state.kind()));
                put(out, bytes(state.runId()));
                put(out, bytes(state.json()));
            }
            case Checkpoint checkpoint -> put(out, bytes(checkpoint.json()));
            case Withdrawn _ -> {
                // Its place says it all.
            }
        }
        return out.copy();
    }

    static Kind kind(JournalRecord entry) {
        return switch (entry) {
            case Draft _ -> Kind.DRAFT;
            case Release _ -> Kind.RELEASE;
            case State _ -> Kind.STATE;
            case Checkpoint _ -> Kind.CHECKPOINT;
            case Withdrawn _ -> Kind.WITHDRAWN;
        };
    }

    static JournalRecord decode(Kind kind, ByteBuffer payload) {
        var in = payload.duplicate();
        var place = kind.isOfSpan() ? Place.read(in) : null;
        return switch (kind) {
            case DRAFT -> draft(in);
            case RELEASE, PENDING -> release(in);
            case WITHDRAWN, DISCARDED ->
                    new Withdrawn(Place.hex(place == null ? 0 : place.spanId()));
            case STATE -> new State(text(in), text(in), text(in));
            case CHECKPOINT -> new Checkpoint(text(in));
        };
    }

    private static void putDraft(ByteSink out, Draft draft) {
        put(out, JSON.writeValueAsBytes(with(draft, null, null, null)));
        put(out, bytes(draft.input()));
        put(out, bytes(draft.output()));
        put(out, bytes(draft.evidence()));
    }

    private static Draft draft(ByteBuffer in) {
        var draft = JSON.readValue(required(in), Draft.class);
        return with(draft, optional(in), optional(in), optional(in));
    }

    private static Release release(ByteBuffer in) {
        var release = JSON.readValue(required(in), Release.class);
        String evidence = optional(in);
        return with(release, in.hasRemaining() ? draft(in) : null, evidence);
    }

    private static void put(ByteSink out, byte @Nullable [] part) {
        out.putInt(part == null ? -1 : part.length);
        if (part != null) {
            out.put(part);
        }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] required(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new IllegalStateException("part of %d bytes does not fit".formatted(length));
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    private static String text(ByteBuffer in) {
        return new String(required(in), StandardCharsets.UTF_8);
    }

    private static @Nullable String optional(ByteBuffer in) {
        if (in.getInt(in.position()) < 0) {
            in.getInt();
            return null;
        }
        return text(in);
    }

    static Release with(Release release, @Nullable Draft draft) {
        return with(release, draft, release.evidence());
    }

    private static Release with(Release release, @Nullable Draft draft, @Nullable String evidence) {
        return new Release(
                release.spanId(),
                release.traceId(),
                release.parentSpanId(),
                release.remoteParent(),
                release.appRoot(),
                release.run(),
                release.links(),
                release.attributes(),
                draft,
                release.keptFor(),
                evidence);
    }

    /// What is said of a failure where no content may be told: a failed tool speaks in content.
    static @Nullable String failureWithoutContent(Draft draft) {
        return "tool_error".equals(draft.attributes().get("error.type"))
                ? "The tool reported an error"
                : draft.statusMessage();
    }

    /// The draft without content.
    static Draft withoutContent(Draft draft) {
        return copy(draft, failureWithoutContent(draft), null, null, null);
    }

    static Draft with(
            Draft draft,
            @Nullable String input,
            @Nullable String output,
            @Nullable String evidence) {
        return copy(draft, draft.statusMessage(), input, output, evidence);
    }

    private static Draft copy(
            Draft draft,
            @Nullable String statusMessage,
            @Nullable String input,
            @Nullable String output,
            @Nullable String evidence) {
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                statusMessage,
                draft.error(),
                draft.completionStartNanos(),
                input,
                output,
                draft.inputFrom(),
                draft.outputFrom(),
                draft.usage(),
                draft.cost(),
                draft.attributes(),
                evidence);
    }
}
