package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What the journal could not keep, and why. Thread-safe.
final class JournalCounts {
    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final int MAX_POSITIONS = 10_000;

    private final AtomicLong queueDrops = new AtomicLong();
    private final AtomicLong capDrops = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String diskError;

    void droppedFromQueue(JournalRecord entry) {
        if (queueDrops.getAndIncrement() == 0) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "telemetry.journal: memory for records that wait for the disk is full; dropping and counting ({0})",
                    entry.getClass().getSimpleName());
        }
    }

    void dropped() {
        queueDrops.incrementAndGet();
    }

    void droppedByCap(long spans) {
        if (spans > 0 && capDrops.getAndAdd(spans) == 0) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "telemetry.journal: max-bytes or max-age reached; the oldest unsent spans are dropped and counted");
        }
    }

    void diskRefused(Exception e) {
        if (diskError == null) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "telemetry.journal: the disk refuses records: {0}",
                    e.toString());
        }
        diskError = e.toString();
    }

    void diskTook() {
        if (diskError != null) {
            LOG.log(System.Logger.Level.INFO, "telemetry.journal: the disk takes records again");
            diskError = null;
        }
    }

    void failed(Exception e) {
        if (failures.getAndIncrement() % 1000 == 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "telemetry.journal: a record could not be stored",
                    e);
        }
    }

    void damagedAt(long position) {
        if (damaged.size() < MAX_POSITIONS && damaged.add(position)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "telemetry.journal: damaged bytes at position {0} are skipped",
                    Long.toString(position));
        }
    }

    /// Records dropped because memory was full while the disk did not take them.
    long queueDrops() {
        return queueDrops.get();
    }

    /// Spans dropped unsent because of `max-bytes` or `max-age`, summed over destinations.
    long capDrops() {
        return capDrops.get();
    }

    /// Records that a fault of ours kept from the journal.
    long failures() {
        return failures.get();
    }

    /// Damaged stretches that were skipped.
    int damaged() {
        return damaged.size();
    }

    /// Why the disk refuses records just now; null when it does not.
    @Nullable String diskError() {
        return diskError;
    }
}
