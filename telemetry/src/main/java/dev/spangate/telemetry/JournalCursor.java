package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.telemetry.Frame.Kind;
import dev.spangate.telemetry.SegmentReader.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One destination's place in the journal. Reading is for one thread; figures for any.
final class JournalCursor implements AutoCloseable {
    private final String name;
    private final Journal journal;
    private final @Nullable PositionFile file;
    private final SegmentReader reader;
    private final SegmentReader references;
    private final long last;
    private final AtomicLong position;
    private final AtomicLong consumed;
    private final AtomicLong unreadable = new AtomicLong();

    /// @param file where acknowledged positions go; null for a cursor that starts anew each time
    /// @param consumed releases before the position, in the journal's count
    JournalCursor(
            String name,
            Journal journal,
            @Nullable PositionFile file,
            long position,
            long consumed) {
        this(name, journal, file, position, consumed, Long.MAX_VALUE);
    }

    private JournalCursor(
            String name,
            Journal journal,
            @Nullable PositionFile file,
            long position,
            long consumed,
            long last) {
        this.name = name;
        this.journal = journal;
        this.file = file;
        this.last = last;
        this.position = new AtomicLong(position);
        this.consumed = new AtomicLong(consumed);
        this.reader = journal.reader();
        this.references = journal.reader();
    }

    /// A cursor over a stretch that others have passed already; it keeps no position.
    static JournalCursor over(Journal journal, String name, long from, long to) {
        return new JournalCursor(name, journal, null, from, 0, to);
    }

    /// Spans that follow each other.
    ///
    /// @param spans in the order of their release
    /// @param end where the next batch begins
    /// @param releases how many releases were walked over, unreadable ones too
    record Batch(List<Placed> spans, long end, int releases) {}

    String name() {
        return name;
    }

    long position() {
        return position.get();
    }

    /// Releases that are not acknowledged yet.
    long depth() {
        return Math.max(0, journal.releases() - consumed.get());
    }

    /// Releases that could not be read any more.
    long unreadable() {
        return unreadable.get();
    }

    /// Waits until something new is there, at most `millis`.
    void await(long millis) {
        journal.await(position.get(), millis);
    }

    /// The next spans, waiting up to `waitMillis` for the first; empty when there are none.
    Batch next(int maxSpans, long maxBytes, long waitMillis) throws IOException {
        if (position.get() >= journal.end()) {
            journal.await(position.get(), waitMillis);
        }
        var spans = new ArrayList<Placed>();
        long limit = Math.min(journal.end(), last);
        long at = position.get();
        long bytes = 0;
        int releases = 0;
        while (spans.size() < maxSpans && bytes < maxBytes) {
            var entry = reader.next(at, limit);
            if (entry == null) {
                at = limit;
                break;
            }
            if (entry.frame().kind() == Kind.RELEASE) {
                if (bytes > 0 && bytes + entry.frame().length() > maxBytes) {
                    break;
                }
                releases++;
                var placed = placed(entry);
                if (placed != null) {
                    spans.add(placed);
                    bytes += placed.bytes();
                }
            }
            at = entry.end();
        }
        return new Batch(spans, at, releases);
    }

    /// Everything before `end` has been acknowledged; on disk when this returns.
    void commit(long end, int releases) throws IOException {
        position.accumulateAndGet(end, Math::max);
        consumed.addAndGet(releases);
        if (file != null) {
            file.write(end);
        }
    }

    /// What lies before `begin` was removed with `releases` that this cursor had not read.
    void skipTo(long begin, long releases) {
        position.accumulateAndGet(begin, Math::max);
        consumed.addAndGet(releases);
    }

    private @Nullable Placed placed(Entry entry) throws IOException {
        try {
            var place = Place.read(entry.payload().duplicate());
            var release = (Release) RecordCodec.decode(Kind.RELEASE, entry.payload());
            int bytes = entry.frame().length();
            var draft = release.draft();
            if (draft == null) {
                draft = draft(place.draftAt());
                if (draft == null) {
                    unreadable.incrementAndGet();
                    return null;
                }
                bytes += length(draft);
            }
            var whole = withReferences(place, draft);
            return new Placed(
                    entry.at(),
                    entry.frame().millis(),
                    place.inputAt() == Place.INLINE ? bytes : bytes + length(whole),
                    release,
                    whole);
        } catch (RuntimeException e) {
            unreadable.incrementAndGet();
            return null;
        }
    }

    private Draft withReferences(Place place, Draft draft) throws IOException {
        if (draft.inputFrom() == null && draft.outputFrom() == null) {
            return draft;
        }
        var input = place.inputAt() >= 0 ? draft(place.inputAt()) : null;
        var output =
                place.outputAt() == place.inputAt()
                        ? input
                        : place.outputAt() >= 0 ? draft(place.outputAt()) : null;
        return RecordCodec.with(
                draft,
                draft.inputFrom() == null || input == null
                        ? draft.input()
                        : TopContent.userMessages(input.input()),
                draft.outputFrom() == null || output == null ? draft.output() : output.output(),
                null);
    }

    private @Nullable Draft draft(long at) throws IOException {
        var entry = at < 0 ? null : references.at(at);
        if (entry == null) {
            return null;
        }
        return switch (RecordCodec.decode(entry.frame().kind(), entry.payload())) {
            case Draft draft -> draft;
            case Release release -> release.draft();
            default -> null;
        };
    }

    private static int length(Draft draft) {
        String input = draft.input();
        String output = draft.output();
        return 512 + (input == null ? 0 : input.length()) + (output == null ? 0 : output.length());
    }

    @Override
    public void close() throws IOException {
        reader.close();
        references.close();
        if (file != null) {
            file.close();
        }
    }
}
