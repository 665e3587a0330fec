package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.linking.RecordSink;
import dev.spangate.telemetry.Frame.Kind;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.telemetry.TelemetryConfig.Fsync;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one log on disk: every record in the order of its arrival, one writer thread, one cursor per
/// destination.
///
/// [#write] is called on request threads: it queues and returns. A record is on disk (in the page
/// cache at least) a few milliseconds later. Where the disk does not take it, records wait in
/// bounded memory; beyond that they are dropped and counted.
final class Journal implements RecordSink, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Journal.class.getName());
    private static final int BATCH_BYTES = 1 << 20;
    private static final long GROUP_NANOS = 4_000_000;
    private static final long IDLE_NANOS = 250_000_000;
    private static final long HOUSEKEEPING_NANOS = 1_000_000_000;

    private final JournalSettings settings;
    private final long queueBytes;
    private final Intake intake;
    private final JournalFolder folder;
    private final Segments segments;
    private final Holds holds = new Holds();
    private final Retention retention;
    private final List<JournalCursor> cursors = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<JournalRecord> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong enqueued = new AtomicLong();
    private final AtomicLong releases = new AtomicLong();
    private final JournalCounts counts = new JournalCounts();
    private final ByteSink batch = new ByteSink(BATCH_BYTES / 4);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Thread writer;
    private final long recoveredEnd;
    private long taken;
    private volatile @Nullable Supplier<Checkpoint> checkpoints;
    private volatile boolean rollWanted;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile long closeDeadline;
    private volatile boolean dirty;

    /// What happens to a record before it is stored; on the writer thread.
    interface Intake {
        /// The record as it is stored: secrets replaced, values capped.
        JournalRecord prepare(JournalRecord entry);

        /// It is about to be written.
        void observe(JournalRecord entry);
    }

    private Journal(
            JournalSettings settings,
            long queueBytes,
            Intake intake,
            JournalFolder folder,
            Disk disk)
            throws IOException {
        this.settings = settings;
        this.queueBytes = queueBytes;
        this.intake = intake;
        this.folder = folder;
        this.segments = Segments.open(folder.dir(), disk);
        this.retention = new Retention(settings, segments, holds, counts, this::reader);
        this.recoveredEnd = segments.end();
        releases.set(retention.recover());
        this.writer = Thread.ofPlatform().daemon().name("spangate-journal").unstarted(this::run);
    }

    static Journal open(JournalSettings settings, long queueBytes, Intake intake, Disk disk) {
        var folder = JournalFolder.open(settings.dir());
        try {
            var journal = new Journal(settings, queueBytes, intake, folder, disk);
            journal.writer.start();
            if (settings.fsync() == Fsync.INTERVAL) {
                Thread.ofVirtual().name("spangate-fsync").start(journal::forceEverySecond);
            }
            return journal;
        } catch (IOException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: %s cannot be read: %s".formatted(settings.dir(), e), e);
        }
    }

    @Override
    public void write(JournalRecord entry) {
        long weight = weight(entry);
        if (queued.addAndGet(weight) > queueBytes && !(entry instanceof Checkpoint)) {
            queued.addAndGet(-weight);
            counts.droppedFromQueue(entry);
            return;
        }
        queue.add(entry);
        enqueued.incrementAndGet();
        if (idle) {
            LockSupport.unpark(writer);
        }
    }

    /// Asks for the linker's state at the head of each segment; called on the writer's thread.
    /// Records that are on their way meanwhile may follow a state that holds them already.
    void checkpointWith(Supplier<Checkpoint> supplier) {
        checkpoints = supplier;
        rollWanted = true;
        LockSupport.unpark(writer);
    }

    /// What an earlier process stored, from its last checkpoint on.
    Iterable<JournalRecord> stored() {
        return () -> new StoredRecords(reader(), retention.lastCheckpoint(), recoveredEnd);
    }

    /// A cursor that goes on where it was acknowledged, or from now on if it is new.
    JournalCursor cursor(String name, boolean persistent) {
        try {
            var file = persistent ? folder.position("cursor-" + name) : null;
            long position = segments.end();
            if (file != null) {
                position = Math.min(file.read().orElse(position), position);
                position = Math.max(position, segments.begin());
                file.write(position);
            }
            var cursor =
                    new JournalCursor(
                            name,
                            this,
                            file,
                            position,
                            releases.get() - retention.releasesFrom(position));
            cursors.add(cursor);
            return cursor;
        } catch (IOException e) {
            throw new TelemetryException(
                    "telemetry.journal.dir: the cursor of %s cannot be kept: %s".formatted(name, e),
                    e);
        }
    }

    /// The position behind the last record on disk.
    long end() {
        return segments.end();
    }

    /// Releases on disk, those of earlier processes that are still there included.
    long releases() {
        return releases.get();
    }

    JournalCounts counts() {
        return counts;
    }

    long bytesOnDisk() {
        return segments.totalBytes();
    }

    long bytesQueued() {
        return queued.get();
    }

    int heldDrafts() {
        return holds.heldDrafts();
    }

    JournalFolder folder() {
        return folder;
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

    /// Writes out what is queued, for at most `millis`.
    void flush(long millis) {
        closeDeadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        closing = true;
        LockSupport.unpark(writer);
        try {
            writer.join(millis + 500);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        flush(2_000);
        try {
            for (var cursor : cursors) {
                cursor.close();
            }
            if (settings.fsync() != Fsync.NEVER) {
                segments.force();
            }
            segments.close();
            folder.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "journal not closed cleanly: {0}", e.toString());
        }
    }

    private void run() {
        long nextHousekeeping = System.nanoTime() + HOUSEKEEPING_NANOS;
        while (!closing || !queue.isEmpty()) {
            try {
                if (rollWanted && !closing) {
                    roll();
                }
                writeQueued();
                if (System.nanoTime() - nextHousekeeping > 0) {
                    retention.sweep(cursors);
                    nextHousekeeping = System.nanoTime() + HOUSEKEEPING_NANOS;
                }
                pause();
            } catch (RuntimeException | IOException e) {
                counts.failed(e);
                batch.clear();
            }
        }
    }

    private void pause() {
        if (!queue.isEmpty()) {
            if (queued.get() < BATCH_BYTES && !closing) {
                LockSupport.parkNanos(this, GROUP_NANOS);
            }
            return;
        }
        idle = true;
        if (queue.isEmpty() && !closing && !rollWanted) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        idle = false;
    }

    private void writeQueued() throws IOException {
        for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
            taken++;
            queued.addAndGet(-weight(entry));
            if (entry instanceof Checkpoint checkpoint) {
                rollTo(checkpoint);
            } else {
                if (segments.sizeOfCurrent() + batch.size() > settings.segmentBytes()) {
                    roll();
                }
                append(entry);
            }
            if (batch.size() >= BATCH_BYTES) {
                flushBatch();
            }
        }
        flushBatch();
    }

    /// Records queued before the checkpoint is taken go to the old segment: it holds them.
    private void roll() throws IOException {
        rollWanted = false;
        var supplier = checkpoints;
        long before = enqueued.get();
        var checkpoint = supplier == null ? null : supplier.get();
        while (checkpoint != null && taken < before) {
            var entry = queue.poll();
            if (entry == null) {
                break;
            }
            taken++;
            queued.addAndGet(-weight(entry));
            append(entry);
        }
        rollTo(checkpoint);
    }

    private void rollTo(@Nullable Checkpoint checkpoint) throws IOException {
        flushBatch();
        segments.roll();
        if (checkpoint != null) {
            retention.checkpointAt(position());
            append(checkpoint);
            flushBatch();
        }
    }

    private void append(JournalRecord raw) {
        try {
            var entry = intake.prepare(raw);
            intake.observe(entry);
            long at = position();
            var place = place(entry);
            Frame.write(
                    batch,
                    RecordCodec.kind(entry),
                    System.currentTimeMillis(),
                    RecordCodec.encode(entry, place));
            if (place != null) {
                written(RecordCodec.kind(entry), place, at);
            }
        } catch (RuntimeException e) {
            counts.failed(e);
        }
    }

    private @Nullable Place place(JournalRecord entry) {
        return switch (entry) {
            case Draft draft -> holds.draft(draft);
            case Release release -> holds.release(release);
            case Withdrawn withdrawn -> Place.of(withdrawn.spanId());
            case State _, Checkpoint _ -> null;
        };
    }

    private void written(Kind kind, Place place, long at) {
        if (kind == Kind.DRAFT) {
            holds.written(place, at);
        } else if (kind == Kind.RELEASE) {
            holds.released(place, at);
            retention.releaseAt(at, place);
            releases.incrementAndGet();
        } else {
            holds.withdrawn(place.spanId());
        }
    }

    private long position() {
        return segments.end() + batch.size();
    }

    /// Tries until the disk takes it; memory stays bounded because the queue is.
    private void flushBatch() throws IOException {
        for (int attempt = 0; batch.size() > 0; attempt++) {
            try {
                segments.append(batch.view());
                if (settings.fsync() == Fsync.ALWAYS) {
                    segments.force();
                }
                dirty = true;
                counts.diskTook();
                batch.clear();
                signal();
            } catch (IOException e) {
                counts.diskRefused(e);
                if (closing && System.nanoTime() - closeDeadline > 0) {
                    throw e;
                }
                retention.sweep(cursors);
                LockSupport.parkNanos(
                        this, Math.min(50_000_000L << Math.min(attempt, 5), 1_000_000_000));
            }
        }
    }

    private void signal() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forceEverySecond() {
        while (!closing) {
            LockSupport.parkNanos(1_000_000_000);
            if (dirty) {
                dirty = false;
                try {
                    segments.force();
                } catch (IOException e) {
                    counts.failed(e);
                }
            }
        }
    }

    /// About the memory that a queued record holds.
    private static long weight(JournalRecord entry) {
        return switch (entry) {
            case Draft draft -> weight(draft);
            case Release release ->
                    600
                            + length(release.evidence())
                            + (release.draft() == null ? 0 : weight(release.draft()));
            case State state -> 100 + state.json().length();
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

    /// Walks what is stored, lazily.
    private static final class StoredRecords implements Iterator<JournalRecord> {
        private final SegmentReader reader;
        private final long limit;
        private long position;
        private @Nullable JournalRecord ahead;

        StoredRecords(SegmentReader reader, long from, long limit) {
            this.reader = reader;
            this.position = from;
            this.limit = limit;
            advance();
        }

        @Override
        public boolean hasNext() {
            return ahead != null;
        }

        @Override
        public JournalRecord next() {
            var result = ahead;
            if (result == null) {
                throw new NoSuchElementException();
            }
            advance();
            return result;
        }

        private void advance() {
            ahead = null;
            try {
                while (ahead == null) {
                    var entry = reader.next(position, limit);
                    if (entry == null) {
                        reader.close();
                        return;
                    }
                    position = entry.end();
                    ahead = decoded(entry);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static @Nullable JournalRecord decoded(SegmentReader.Entry entry) {
            try {
                return RecordCodec.decode(entry.frame().kind(), entry.payload());
            } catch (RuntimeException e) {
                return null;
            }
        }
    }
}
