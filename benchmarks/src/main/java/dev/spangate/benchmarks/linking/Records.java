package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.RecordSink;
import java.util.ArrayList;
import java.util.List;

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
    public void write(JournalRecord entry) {
        entries.add(new Entry(clock.elapsed(), entry));
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
}
