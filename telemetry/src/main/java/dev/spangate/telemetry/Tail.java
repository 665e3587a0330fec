package dev.spangate.telemetry;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The last span records in memory, so that destinations that keep up read nothing back from the
/// disk. One thread adds, any number read; bounded by size.
final class Tail {
    private final ConcurrentSkipListMap<Long, JournalEntry> entries = new ConcurrentSkipListMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long maxBytes;
    private volatile long from;

    /// @param from the position behind what is on disk already
    Tail(long maxBytes, long from) {
        this.maxBytes = maxBytes;
        this.from = from;
    }

    void add(JournalEntry entry) {
        entries.put(entry.at(), entry);
        bytes.addAndGet(entry.size());
        while (bytes.get() > maxBytes) {
            var oldest = entries.pollFirstEntry();
            if (oldest == null) {
                return;
            }
            from = oldest.getValue().end();
            bytes.addAndGet(-oldest.getValue().size());
        }
    }

    /// Whether every record from `position` on is here. Ask once more after reading: what was there
    /// may have gone meanwhile.
    boolean covers(long position) {
        return position >= from;
    }

    /// The first record at or behind `position`; null for none.
    @Nullable JournalEntry next(long position) {
        var entry = entries.ceilingEntry(position);
        return entry == null ? null : entry.getValue();
    }

    /// The record that begins exactly there; null where it is not here any more.
    @Nullable JournalEntry at(long position) {
        return entries.get(position);
    }
}
