package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.RecordSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The journal of a simulated world: everything the linker wrote, with the true time of it.
final class Records implements RecordSink {
    /// One record and when it was written.
    record Entry(long time, JournalRecord record) {}

    private final SimClock clock;
    private final List<Entry> entries = new ArrayList<>();
    private int checkpoint;

    Records(SimClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void write(JournalRecord entry) {
        entries.add(new Entry(clock.elapsed(), entry));
    }

    /// What the world's clock shows.
    long now() {
        return clock.now();
    }

    /// What it showed at a true time, where nobody has set it since.
    long at(long elapsed) {
        return clock.now() - clock.elapsed() + elapsed;
    }

    /// A new segment begins with the linker's whole state.
    void checkpoint(JournalRecord.Checkpoint state) {
        checkpoint = entries.size();
        write(state);
    }

    /// The last checkpoint and what follows: what a restarted process reads.
    List<JournalRecord> stored() {
        return entries.subList(checkpoint, entries.size()).stream().map(Entry::record).toList();
    }

    List<Entry> entries() {
        return entries;
    }

    /// The generation that began at a time of the world's clock; empty while it has not ended.
    synchronized Optional<JournalRecord.Draft> generation(long startNanos) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            var record = entries.get(i).record();
            var draft = record instanceof JournalRecord.Release release ? release.draft() : record;
            if (draft instanceof JournalRecord.Draft found
                    && found.type() == ObservationType.GENERATION
                    && found.startNanos() == startNanos) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }
}
