package dev.spangate.telemetry;

import dev.spangate.telemetry.Frame.Kind;
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
    private final Tail tail;
    private final Assembler assembler;
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
        this.tail = journal.tail();
        this.assembler = new Assembler(tail, journal.reader());
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
            var found = following(at, limit);
            if (found == null) {
                at = limit;
                break;
            }
            if (bytes > 0 && bytes + found.end() - found.at() > maxBytes) {
                break;
            }
            releases++;
            if (found.span() != null) {
                spans.add(found.span());
                bytes += found.span().bytes();
            }
            at = found.end();
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

    /// A release and, where everything of it can be read, its span.
    private record Found(long at, long end, @Nullable Placed span) {}

    /// The next release before `limit`; null for none.
    private @Nullable Found following(long from, long limit) throws IOException {
        long at = from;
        while (at < limit) {
            if (tail.covers(at)) {
                var recent = tail.next(at);
                if (tail.covers(at)) { // nothing was dropped meanwhile
                    if (recent == null || recent.at() >= limit) {
                        return null;
                    }
                    if (recent.kind() == Kind.RELEASE) {
                        return found(recent);
                    }
                    at = recent.end();
                }
                continue;
            }
            var stored = reader.next(at, limit);
            if (stored == null) {
                return null;
            }
            if (stored.frame().kind() == Kind.RELEASE) {
                return found(stored);
            }
            at = stored.end();
        }
        return null;
    }

    private Found found(SegmentReader.Entry stored) throws IOException {
        try {
            return found(JournalEntry.read(stored));
        } catch (RuntimeException e) {
            unreadable.incrementAndGet();
            return new Found(stored.at(), stored.end(), null);
        }
    }

    private Found found(JournalEntry entry) throws IOException {
        var span = assembler.assemble(entry);
        if (span == null) {
            unreadable.incrementAndGet();
        }
        return new Found(entry.at(), entry.end(), span);
    }

    @Override
    public void close() throws IOException {
        reader.close();
        assembler.close();
        if (file != null) {
            file.close();
        }
    }
}
