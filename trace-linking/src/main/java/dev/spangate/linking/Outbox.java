package dev.spangate.linking;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// Records on their way to the sink: added under a scope's lock, handed over in that order outside
/// of it, so that no scope's lock is ever held while a sink works.
final class Outbox {
    private final RecordSink sink;
    private final Keyed keyed;
    private final Counters counters;
    private final AtomicBoolean announcing = new AtomicBoolean();
    private volatile boolean announced;
    private final ConcurrentLinkedQueue<JournalRecord> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock writing = new ReentrantLock();

    Outbox(RecordSink sink, Keyed keyed, Counters counters) {
        this.sink = sink;
        this.keyed = keyed;
        this.counters = counters;
    }

    /// The first record of all tells the key, unless a checkpoint has told it.
    void add(JournalRecord entry) {
        if (!announced) {
            announce();
        }
        queue.add(entry);
    }

    private void announce() {
        if (announcing.compareAndSet(false, true)) {
            queue.add(new JournalRecord.State("key", "", Checkpoints.keyJson(keyed)));
        }
        announced = true;
    }

    /// The key is in the journal already.
    void announced() {
        announced = true;
        announcing.set(true);
    }

    /// Writes what is waiting, unless another thread is at it; that one writes ours, too.
    void flush() {
        while (!queue.isEmpty() && writing.tryLock()) {
            try {
                for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
                    write(entry);
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private void write(JournalRecord entry) {
        try {
            sink.write(entry);
        } catch (RuntimeException fault) {
            counters.fault();
        }
    }
}
