package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Records on their way to the disk, bounded by the memory they hold. Many threads add, one takes.
final class RecordQueue {
    private final ConcurrentLinkedQueue<JournalRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;

    RecordQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /// False if there is no room. A checkpoint always has room: without it the log cannot shrink.
    boolean add(JournalRecord entry) {
        long weight = weight(entry);
        if (bytes.addAndGet(weight) > maxBytes && !(entry instanceof Checkpoint)) {
            bytes.addAndGet(-weight);
            return false;
        }
        queue.add(entry);
        return true;
    }

    @Nullable JournalRecord poll() {
        var entry = queue.poll();
        if (entry != null) {
            bytes.addAndGet(-weight(entry));
        }
        return entry;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /// About the memory held.
    long bytes() {
        return bytes.get();
    }

    private static long weight(JournalRecord entry) {
        return switch (entry) {
            case Draft draft -> weight(draft);
            case Release release -> {
                var draft = release.draft();
                yield 600L + length(release.evidence()) + (draft == null ? 0 : weight(draft));
            }
            case State state -> 100L + state.json().length();
            case Withdrawn _ -> 100;
            case Checkpoint checkpoint -> checkpoint.json().length();
        };
    }

    private static long weight(Draft draft) {
        return 1_000L + length(draft.input()) + length(draft.output()) + length(draft.evidence());
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
