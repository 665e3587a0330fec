package dev.spangate.telemetry;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Sends everything behind its cursor to one place, in order, until it is acknowledged; on a thread
/// of its own, so that a slow place holds up nobody else.
///
/// One request is in flight at a time: after a kill at most that one is repeated.
final class Destination implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Destination.class.getName());
    private static final int MAX_SPANS = 512;
    private static final long MAX_BYTES = 3L << 20;
    private static final long WAIT_MILLIS = 1_000;

    private final String name;
    private final String url;
    private final JournalCursor cursor;
    private final Outlet outlet;
    private final Quarantine quarantine;
    private final Pace pace;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean stopping;
    private volatile long stopAt = Long.MAX_VALUE;
    private volatile long oldestMillis;
    private volatile @Nullable String lastError;
    private volatile long lastErrorMillis;
    private volatile long lastSuccessMillis;

    /// @param url shown in the status
    Destination(JournalCursor cursor, String url, Outlet outlet, Quarantine quarantine, Pace pace) {
        this.name = cursor.name();
        this.url = url;
        this.cursor = cursor;
        this.outlet = outlet;
        this.quarantine = quarantine;
        this.pace = pace;
        this.thread = Thread.ofVirtual().name("spangate-to-" + name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Sends what is there until `deadline` ([System#nanoTime]), then stops.
    void stop(long deadline) {
        stopAt = deadline;
        stopping = true;
        wakeUp();
    }

    /// Sends once more what `again` walks over; on the caller's thread, beside the usual sending.
    Replay replay(JournalCursor again) throws IOException {
        long repeated = 0;
        while (!stopping) {
            var batch = again.next(MAX_SPANS, MAX_BYTES, 0);
            if (batch.end() == again.position()) {
                return new Replay(name, repeated, again.unreadable(), null);
            }
            var parcel = outlet.pack(batch.spans());
            var receipt = parcel.send();
            if (!(receipt instanceof Receipt.Accepted)) {
                return new Replay(name, repeated, again.unreadable(), receipt.toString());
            }
            again.commit(batch.end(), batch.releases());
            repeated += parcel.size();
        }
        return new Replay(name, repeated, again.unreadable(), "the process stops");
    }

    JournalCursor cursor() {
        return cursor;
    }

    DestinationStatus status() {
        long depth = cursor.depth();
        long oldest = oldestMillis;
        return new DestinationStatus(
                name,
                url,
                depth,
                depth == 0 || oldest == 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest),
                sent.get(),
                failures.get(),
                quarantine.spans(),
                cursor.unreadable(),
                lastError,
                lastErrorMillis,
                lastSuccessMillis);
    }

    @Override
    public void close() {
        try {
            long left = Math.max(1, (stopAt - System.nanoTime()) / 1_000_000 + 1_000);
            thread.join(stopping ? left : 1);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        outlet.close();
    }

    private void run() {
        while (!overdue()) {
            try {
                if (cursor.depth() == 0 && !stopping) {
                    cursor.await(WAIT_MILLIS);
                    pause(pace.linger());
                }
                var batch = cursor.next(MAX_SPANS, MAX_BYTES, stopping ? 0 : WAIT_MILLIS);
                if (batch.end() == cursor.position()) {
                    if (stopping) {
                        return;
                    }
                    continue;
                }
                oldestMillis = batch.spans().isEmpty() ? 0 : batch.spans().getFirst().millis();
                deliver(batch.spans(), batch.end(), batch.releases());
            } catch (IOException | RuntimeException e) {
                failed("journal not readable: " + e);
                pause(pace.first());
            }
        }
    }

    /// Until it is accepted or refused span by span; false when the time to stop has come.
    private boolean deliver(List<Placed> spans, long end, int releases) throws IOException {
        var parcel = outlet.pack(spans);
        for (int attempt = 0; !overdue(); attempt++) {
            var receipt = parcel.send();
            switch (receipt) {
                case Receipt.Accepted _ -> {
                    cursor.commit(end, releases);
                    succeeded(parcel.size());
                    return true;
                }
                case Receipt.Refused refused -> {
                    return refused(spans, end, releases, refused.reason());
                }
                case Receipt.Later later -> {
                    failed(later.reason());
                    pause(later.after().isZero() ? pace.backoff(attempt) : later.after());
                }
                case Receipt.Misdirected misdirected -> {
                    failed(misdirected.hint());
                    pause(pace.backoff(attempt + 3));
                }
            }
        }
        return false;
    }

    /// One bad span rejects a whole request: the good ones go alone.
    private boolean refused(List<Placed> spans, long end, int releases, String reason)
            throws IOException {
        if (spans.size() == 1) {
            quarantine.add(spans.getFirst(), reason);
            note(reason);
            cursor.commit(end, releases);
            return true;
        }
        int middle = spans.size() / 2;
        return deliver(spans.subList(0, middle), spans.get(middle).at(), middle)
                && deliver(spans.subList(middle, spans.size()), end, releases - middle);
    }

    private void succeeded(int spans) {
        if (lastError != null && failures.get() > 0 && lastErrorMillis > lastSuccessMillis) {
            LOG.log(System.Logger.Level.INFO, "telemetry: {0} takes spans again", name);
        }
        sent.addAndGet(spans);
        lastSuccessMillis = System.currentTimeMillis();
    }

    private void failed(String reason) {
        failures.incrementAndGet();
        note(reason + " (spans stay in the journal until it takes them)");
    }

    /// Said once until it changes or until a success in between.
    private void note(String reason) {
        if (!reason.equals(lastError) || lastErrorMillis < lastSuccessMillis) {
            LOG.log(System.Logger.Level.WARNING, "telemetry: {0}: {1}", name, reason);
        }
        lastError = reason;
        lastErrorMillis = System.currentTimeMillis();
    }

    private boolean overdue() {
        return stopping && System.nanoTime() - stopAt >= 0;
    }

    /// Shorter once it is time to stop, so that the last tries are not slept through.
    private void pause(Duration time) {
        long nanos = time.toNanos();
        lock.lock();
        try {
            while (nanos > 0 && !stopping) {
                nanos = wake.awaitNanos(nanos);
            }
            if (stopping && nanos > 0) {
                nanos = Math.min(nanos, pace.first().toNanos());
                while (nanos > 0 && !overdue()) {
                    nanos = wake.awaitNanos(nanos);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void wakeUp() {
        lock.lock();
        try {
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
