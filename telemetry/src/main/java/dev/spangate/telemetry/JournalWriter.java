package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.telemetry.Frame.Kind;
import dev.spangate.telemetry.TelemetryConfig.Fsync;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The journal's one writing thread: takes records from the queue, puts them into frames, writes
/// them in groups, rolls segments and removes what nobody needs.
///
/// Where the disk refuses, it tries on; the queue in front of it is bounded.
final class JournalWriter implements Runnable {
    private static final int BATCH_BYTES = 1 << 20;
    private static final long TAIL_BYTES = 8 << 20;
    private static final long GROUP_NANOS = 4_000_000;

    /// A batch is not kept longer than this while more records come.
    private static final long BATCH_NANOS = 10_000_000;

    private static final long IDLE_NANOS = 250_000_000;
    private static final long SWEEP_NANOS = 1_000_000_000;

    private final JournalSettings settings;
    private final RecordQueue queue;
    private final Journal.Intake intake;
    private final Segments segments;
    private final JournalCounts counts;
    private final Collection<JournalCursor> cursors;
    private final Runnable grown;
    private final Holds holds = new Holds();
    private final Sampler sampler;
    private final Retention retention;
    private final AtomicLong releases = new AtomicLong();
    private final Tail tail;
    private final ByteSink batch = new ByteSink(BATCH_BYTES / 4);
    private @Nullable CheckpointTaking taking;
    private long rollAbove;
    private long batched;
    private long batchBegan;
    private volatile @Nullable Supplier<Checkpoint> checkpoints;
    private volatile boolean rollWanted;
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile long closeDeadline;
    private volatile boolean dirty;

    /// @param grown told after each write
    JournalWriter(
            TelemetryConfig config,
            RecordQueue queue,
            Journal.Intake intake,
            Segments segments,
            JournalCounts counts,
            Collection<JournalCursor> cursors,
            PositionFile lowWater,
            Runnable grown)
            throws IOException {
        this.settings = config.journal();
        this.rollAbove = settings.segmentBytes();
        this.queue = queue;
        this.intake = intake;
        this.segments = segments;
        this.counts = counts;
        this.cursors = cursors;
        this.grown = grown;
        this.sampler = new Sampler(config.sampling());
        this.tail = new Tail(TAIL_BYTES, segments.end());
        this.retention =
                new Retention(
                        settings,
                        segments,
                        holds,
                        sampler,
                        counts,
                        lowWater,
                        () -> new SegmentReader(segments, counts::damagedAt));
        releases.set(retention.recover());
    }

    /// Releases on disk, those of earlier processes that are still there included.
    long releases() {
        return releases.get();
    }

    int heldDrafts() {
        return holds.heldDrafts();
    }

    Tail tail() {
        return tail;
    }

    Retention retention() {
        return retention;
    }

    void checkpointWith(Supplier<Checkpoint> supplier, Thread writer) {
        checkpoints = supplier;
        rollWanted = true;
        LockSupport.unpark(writer);
    }

    /// Something was queued.
    void wake(Thread writer) {
        if (idle) {
            LockSupport.unpark(writer);
        }
    }

    /// Writes what is queued and ends, at the latest at `deadline` ([System#nanoTime]).
    void close(long deadline, Thread writer) {
        closeDeadline = deadline;
        closing = true;
        LockSupport.unpark(writer);
    }

    @Override
    public void run() {
        long nextSweep = System.nanoTime() + SWEEP_NANOS;
        sampler.decided().forEach(this::store);
        while (!closing || !queue.isEmpty()) {
            try {
                if ((rollWanted || isTaken()) && !closing) {
                    roll();
                }
                writeQueued();
                if (System.nanoTime() - nextSweep > 0) {
                    retention.sweep(cursors);
                    nextSweep = System.nanoTime() + SWEEP_NANOS;
                }
                pause();
            } catch (IOException e) {
                giveUp(e);
            } catch (RuntimeException e) {
                counts.failed(e);
            }
        }
    }

    private boolean isTaken() {
        return taking != null && taking.isDone();
    }

    /// The time to stop has come and the disk still refuses: what is left is lost, and counted.
    private void giveUp(IOException reason) {
        counts.failed(reason);
        for (long left = batched; left > 0; left--) {
            counts.dropped();
        }
        batch.clear();
        batched = 0;
        while (queue.poll() != null) {
            counts.dropped();
        }
    }

    /// Forces what was written since the last second; on a thread of its own.
    void forceEverySecond() {
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

    /// Records are written in groups: one that comes alone waits a few milliseconds for others.
    private void pause() {
        if (!queue.isEmpty()) {
            if (queue.bytes() < BATCH_BYTES && !closing) {
                LockSupport.parkNanos(this, GROUP_NANOS);
            }
            return;
        }
        idle = true;
        if (queue.isEmpty() && !closing && !rollWanted && !isTaken()) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        idle = false;
    }

    private void writeQueued() throws IOException {
        for (var entry = queue.poll(); entry != null; entry = queue.poll()) {
            if (entry instanceof Checkpoint checkpoint) {
                rollTo(checkpoint);
            } else {
                if (segments.sizeOfCurrent() + batch.size() > rollAbove) {
                    roll();
                }
                append(entry);
            }
            flushIfDue();
        }
        flush();
    }

    /// Full, or waiting long enough: a queue that never runs dry holds nothing back (on disk 50 ms
    /// after a span ended).
    private void flushIfDue() throws IOException {
        if (batch.size() >= BATCH_BYTES
                || (batch.size() > 0 && System.nanoTime() - batchBegan > BATCH_NANOS)) {
            flush();
        }
    }

    /// Asks for a checkpoint, which takes its time; the segment goes on until it is there.
    private void roll() throws IOException {
        rollWanted = false;
        var supplier = checkpoints;
        if (supplier == null) {
            flush();
            newSegment();
        } else if (taking == null) {
            var writer = Thread.currentThread();
            taking = CheckpointTaking.start(supplier, position(), () -> LockSupport.unpark(writer));
        } else if (taking.isDone()) {
            rollTo(taking);
        }
    }

    private void rollTo(CheckpointTaking taken) throws IOException {
        taking = null;
        flush();
        newSegment();
        var payload = taken.payload();
        if (payload != null) {
            checkpoint(taken.from(), out -> out.put(payload));
        }
        var failure = taken.failure();
        if (failure != null) {
            counts.failed(failure);
        }
    }

    /// One that came by the queue holds all that came before it.
    private void rollTo(Checkpoint checkpoint) throws IOException {
        flush();
        newSegment();
        checkpoint(position(), out -> RecordCodec.write(out, checkpoint, null));
    }

    private void checkpoint(long from, Consumer<ByteSink> payload) throws IOException {
        long at = position();
        batched++;
        Frame.write(batch, Kind.CHECKPOINT, System.currentTimeMillis(), payload);
        retention.checkpointAt(at, from);
        rollAbove = rollAbove(batch.size());
        flush();
    }

    /// Where no new file can be made, the old one goes on.
    private void newSegment() {
        try {
            segments.roll();
        } catch (IOException e) {
            counts.diskRefused(e);
        }
    }

    /// A linker that remembers much has a large checkpoint; it must stay a small part of what is
    /// written.
    private long rollAbove(long checkpointBytes) {
        long most = Math.max(settings.segmentBytes(), settings.maxBytes() / 8);
        return Math.clamp(8 * checkpointBytes, settings.segmentBytes(), most);
    }

    private void append(JournalRecord raw) {
        try {
            var entry = intake.prepare(raw);
            intake.observe(entry);
            store(entry);
            sampler.decided().forEach(this::store);
        } catch (RuntimeException e) {
            counts.failed(e);
        }
    }

    private void store(JournalRecord entry) {
        var kind = RecordCodec.kind(entry);
        if (entry instanceof Release release && !sampler.keepsNow(release)) {
            kind = Kind.PENDING;
        }
        var place = place(entry);
        long at = frame(kind, entry, place);
        if (kind != Kind.RELEASE) {
            sampler.written(entry, place, at);
        }
    }

    private void store(Sampler.Decision decision) {
        if (decision.keep()) {
            frame(Kind.RELEASE, decision.release(), decision.place());
        } else {
            String spanId = decision.release().spanId();
            frame(Kind.DISCARDED, new Withdrawn(spanId), Place.of(spanId));
        }
    }

    /// Puts it behind what is to be written; returns where it will lie.
    private long frame(Kind kind, JournalRecord entry, @Nullable Place place) {
        long at = position();
        if (batched++ == 0) {
            batchBegan = System.nanoTime();
        }
        long now = System.currentTimeMillis();
        Frame.write(batch, kind, now, out -> RecordCodec.write(out, entry, place));
        if (place != null) {
            tail.add(new JournalEntry(at, position(), now, kind, place, entry));
            retention.written(kind, place, at);
            if (kind == Kind.RELEASE) {
                releases.incrementAndGet();
            }
        }
        return at;
    }

    private @Nullable Place place(JournalRecord entry) {
        return switch (entry) {
            case Draft draft -> holds.draft(draft);
            case Release release -> holds.release(release);
            case Withdrawn withdrawn -> Place.of(withdrawn.spanId());
            case State _, Checkpoint _ -> null;
        };
    }

    private long position() {
        return segments.end() + batch.size();
    }

    /// Tries until the disk takes it, or until it is time to stop.
    private void flush() throws IOException {
        for (int attempt = 0; batch.size() > 0; attempt++) {
            try {
                segments.append(batch.view());
                if (settings.fsync() == Fsync.ALWAYS) {
                    segments.force();
                }
                dirty = true;
                counts.diskTook();
                batch.clear();
                batched = 0;
                grown.run();
            } catch (IOException e) {
                counts.diskRefused(e);
                if (closing && System.nanoTime() - closeDeadline > 0) {
                    throw e;
                }
                retention.sweep(cursors);
                long millis = Math.min(50L << Math.min(attempt, 5), 1_000);
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
            }
        }
    }
}
