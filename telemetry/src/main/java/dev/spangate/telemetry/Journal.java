package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.RecordSink;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.telemetry.TelemetryConfig.Fsync;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// The one log on disk: every record in the order of its arrival, one writer thread, one cursor per
/// destination.
///
/// [#write] is called on request threads: it queues and returns. A record is on disk (in the page
/// cache at least) a few milliseconds later. Where the disk does not take it, records wait in
/// bounded memory; beyond that they are dropped and counted.
final class Journal implements RecordSink, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final long CLOSE_MILLIS = 2_000;

    private final JournalSettings settings;
    private final JournalFolder folder;
    private final Segments segments;
    private final RecordQueue queue;
    private final JournalCounts counts = new JournalCounts();
    private final List<JournalCursor> cursors = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final PositionFile lowWater;
    private final JournalWriter writer;
    private final Thread thread;
    private final long storedCheckpoint;
    private final long storedFrom;
    private final long storedEnd;
    private volatile boolean closing;

    /// What happens to a record before it is stored; on the writer's thread.
    interface Intake {
        /// The record as it is stored: secrets replaced, values capped.
        JournalRecord prepare(JournalRecord entry);

        /// It is about to be written.
        void observe(JournalRecord entry);
    }

    private Journal(TelemetryConfig config, Intake intake, JournalFolder folder, Disk disk)
            throws IOException {
        this.settings = config.journal();
        this.folder = folder;
        this.segments = Segments.open(folder.dir(), disk);
        this.queue = new RecordQueue(config.caps().queueBytes());
        this.storedEnd = segments.end();
        this.lowWater = folder.position("low-water");
        this.writer =
                new JournalWriter(
                        config,
                        queue,
                        intake,
                        segments,
                        counts,
                        cursors,
                        lowWater,
                        this::signalGrown);
        this.storedCheckpoint = writer.retention().lastCheckpoint();
        this.storedFrom = writer.retention().countsFrom();
        this.thread = Thread.ofPlatform().daemon().name("spangate-journal").unstarted(writer);
    }

    static Journal open(TelemetryConfig config, Intake intake, Disk disk) {
        var settings = config.journal();
        var folder = JournalFolder.open(settings.dir());
        try {
            var journal = new Journal(config, intake, folder, disk);
            journal.thread.start();
            if (settings.fsync() == Fsync.INTERVAL) {
                Thread.ofVirtual().name("spangate-fsync").start(journal.writer::forceEverySecond);
            }
            return journal;
        } catch (IOException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: %s cannot be read: %s".formatted(settings.dir(), e), e);
        }
    }

    @Override
    public void write(JournalRecord entry) {
        if (queue.add(entry)) {
            writer.wake(thread);
        } else {
            counts.droppedFromQueue(entry);
        }
    }

    /// Asks for the linker's state at the head of each segment, on a thread of its own.
    void checkpointWith(Supplier<Checkpoint> supplier) {
        writer.checkpointWith(supplier, thread);
    }

    /// What an earlier process stored, from its last checkpoint on.
    Iterable<JournalRecord> stored() {
        return () -> new StoredRecords(reader(), storedCheckpoint, storedFrom, storedEnd);
    }

    /// A cursor that goes on where it was acknowledged, or from now on if it is new.
    ///
    /// @param persistent its position outlives the process
    JournalCursor cursor(String name, boolean persistent) {
        try {
            var file = persistent ? folder.position("cursor-" + name) : null;
            long position = segments.end();
            if (file != null) {
                position = Math.min(file.read().orElse(position), position);
                position = Math.max(position, segments.begin());
                file.write(position);
            }
            long unread = writer.retention().releasesFrom(position);
            var cursor = new JournalCursor(name, this, file, position, writer.releases() - unread);
            cursors.add(cursor);
            return cursor;
        } catch (IOException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: the cursor of %s cannot be kept: %s".formatted(name, e),
                    e);
        }
    }

    /// A cursor over what `cursor` has passed since then; nothing of it is removed until [#forget].
    JournalCursor again(JournalCursor cursor, Instant since) throws IOException {
        long from = segments.begin();
        var again = JournalCursor.over(this, cursor.name(), from, cursor.position());
        cursors.add(again); // before the search: what it finds must stay
        try (var reader = reader()) {
            for (var entry = reader.next(from, cursor.position());
                    entry != null && entry.frame().millis() < since.toEpochMilli();
                    entry = reader.next(from, cursor.position())) {
                from = entry.end();
            }
        }
        again.skipTo(from, 0);
        return again;
    }

    void forget(JournalCursor cursor) throws IOException {
        cursors.remove(cursor);
        cursor.close();
    }

    /// The position behind the last record on disk.
    long end() {
        return segments.end();
    }

    /// Releases on disk, those of earlier processes that are still there included.
    long releases() {
        return writer.releases();
    }

    JournalCounts counts() {
        return counts;
    }

    long bytesOnDisk() {
        return segments.totalBytes();
    }

    long bytesQueued() {
        return queue.bytes();
    }

    int heldDrafts() {
        return writer.heldDrafts();
    }

    JournalFolder folder() {
        return folder;
    }

    Tail tail() {
        return writer.tail();
    }

    SegmentReader reader() {
        return new SegmentReader(segments, counts::damagedAt);
    }

    /// Waits until there is more than `position`, at most `millis`.
    void await(long position, long millis) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lock();
        try {
            while (nanos > 0 && segments.end() <= position && !closing) {
                nanos = grown.awaitNanos(nanos);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Writes out what is queued, for a bounded time; nothing is stored afterwards.
    void flush() {
        closing = true;
        writer.close(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS), thread);
        signalGrown();
        try {
            thread.join(CLOSE_MILLIS + 500);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        flush();
        try {
            for (var cursor : cursors) {
                cursor.close();
            }
            if (settings.fsync() != Fsync.NEVER) {
                segments.force();
            }
            segments.close();
            lowWater.close();
            folder.close();
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "telemetry.journal: not closed cleanly: {0}",
                    e.toString());
        }
    }

    private void signalGrown() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
