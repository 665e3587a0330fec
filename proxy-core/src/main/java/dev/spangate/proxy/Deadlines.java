package dev.spangate.proxy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Fires aborts of exchanges that take too long: one thread sweeps all deadlines.
///
/// A timed wait per read costs a timer each; here a read writes one volatile field. Deadlines are
/// met up to [#SWEEP] late, which is fine for limits of seconds.
final class Deadlines implements AutoCloseable {
    static final Duration SWEEP = Duration.ofMillis(25);
    private static final long NEVER = Long.MAX_VALUE;

    private final Set<Deadline> live = ConcurrentHashMap.newKeySet();
    private final Thread sweeper;
    private volatile boolean resting;
    private volatile boolean closed;

    Deadlines() {
        sweeper = Thread.ofPlatform().daemon().name("spangate-deadlines").unstarted(this::sweep);
        sweeper.start();
    }

    /// A deadline that runs from now on; zero never comes due.
    Deadline start(Duration limit, UpstreamException.Kind kind, Abort abort) {
        var deadline = new Deadline(limit.toNanos(), kind, abort);
        if (!limit.isZero()) {
            deadline.resume();
            live.add(deadline);
            if (resting) { // else it looks soon anyway, and a wake-up costs more than all the rest
                LockSupport.unpark(sweeper);
            }
        }
        return deadline;
    }

    private void sweep() {
        while (!closed) {
            resting = true;
            if (live.isEmpty() && !closed) { // asked after saying so: what is added later wakes us
                LockSupport.park(this);
            }
            resting = false;
            LockSupport.parkNanos(this, SWEEP.toNanos());
            long now = System.nanoTime();
            live.removeIf(deadline -> deadline.firedBy(now));
        }
    }

    @Override
    public void close() {
        closed = true;
        for (var deadline : live) {
            deadline.abort.fire(UpstreamException.Kind.CANCELLED);
        }
        LockSupport.unpark(sweeper);
    }

    /// One limit of one exchange; identity counts.
    final class Deadline {
        private final long limit;
        private final UpstreamException.Kind kind;
        private final Abort abort;
        private volatile long due = NEVER;

        private Deadline(long limit, UpstreamException.Kind kind, Abort abort) {
            this.limit = limit;
            this.kind = kind;
            this.abort = abort;
        }

        private boolean firedBy(long now) {
            long when = due;
            if (when == NEVER || now - when < 0) {
                return false;
            }
            abort.fire(kind);
            return true;
        }

        /// Counts from now.
        void resume() {
            if (limit > 0) {
                due = System.nanoTime() + limit;
            }
        }

        /// Does not count until resumed.
        void pause() {
            due = NEVER;
        }

        /// Never comes due again.
        void stop() {
            live.remove(this);
        }
    }
}
