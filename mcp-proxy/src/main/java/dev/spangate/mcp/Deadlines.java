package dev.spangate.mcp;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Runs an action when something did not happen in time; thousands may be pending on its one
/// thread.
///
/// Actions run on the timer's thread and must only signal: close a stream, complete a wait.
final class Deadlines implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    Deadlines() {
        timer =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("mcp-deadlines").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /// Runs `onExpiry` once after `delay`, unless the deadline is closed or extended before.
    Deadline start(Duration delay, Runnable onExpiry) {
        var deadline = new Deadline(delay, onExpiry);
        deadline.schedule(delay.toNanos());
        return deadline;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /// One pending expiry. Extending costs a field write, not a new timer entry.
    final class Deadline implements AutoCloseable {
        private final Runnable onExpiry;
        private volatile long expiry;
        private volatile boolean closed;
        private volatile @Nullable Future<?> entry;

        private Deadline(Duration delay, Runnable onExpiry) {
            this.onExpiry = onExpiry;
            this.expiry = System.nanoTime() + delay.toNanos();
        }

        /// Moves the expiry to `delay` from now.
        void extend(Duration delay) {
            expiry = System.nanoTime() + delay.toNanos();
        }

        @Override
        public void close() {
            closed = true;
            var pending = entry;
            if (pending != null) {
                pending.cancel(false);
            }
        }

        private void schedule(long nanos) {
            if (!timer.isShutdown()) {
                entry = timer.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
            }
        }

        private void check() {
            var left = expiry - System.nanoTime();
            if (closed) {
                return;
            }
            if (left > 0) {
                schedule(left);
            } else {
                onExpiry.run();
            }
        }
    }
}
