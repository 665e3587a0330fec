package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One thing known of one server: loaded on demand by a thread of its own, kept, and refreshed
/// beside those who read it.
///
/// Thread-safe. At most one load runs at a time; a failed one leaves the value that was there.
final class Known<T> {
    /// Old values are good enough; only what was invalidated is due.
    static final Duration ANY_AGE = Duration.ofDays(10_000);

    private final Supplier<T> loader;
    private final Runnable changed;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable T value;
    private volatile @Nullable RuntimeException failure;
    private @Nullable Load running;
    private boolean attempted;
    private boolean stale = true;
    private long triedNanos;

    /// @param loader asks the server; may block and throw
    /// @param changed told, on the loading thread, when the value is another one, or was said to be
    Known(Supplier<T> loader, Runnable changed) {
        this.loader = loader;
        this.changed = changed;
    }

    /// A load that runs or has ended.
    static final class Load {
        private final CountDownLatch done = new CountDownLatch(1);
        private final List<Consumer<@Nullable RuntimeException>> hooks = new ArrayList<>();
        private final ReentrantLock lock = new ReentrantLock();
        private final long begun = System.nanoTime();
        private boolean ended;
        private @Nullable RuntimeException failure;

        /// Waits; true when it has ended.
        boolean await(Duration time) throws InterruptedException {
            return done.await(Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
        }

        /// Whether it has been running for longer.
        boolean runsLongerThan(Duration time) {
            return System.nanoTime() - begun > time.toNanos();
        }

        /// Runs when it has ended, with the failure or null; at once where it has already.
        void whenDone(Consumer<@Nullable RuntimeException> hook) {
            lock.lock();
            try {
                if (!ended) {
                    hooks.add(hook);
                    return;
                }
            } finally {
                lock.unlock();
            }
            hook.accept(failure);
        }

        private void end(@Nullable RuntimeException cause) {
            List<Consumer<@Nullable RuntimeException>> waiting;
            lock.lock();
            try {
                ended = true;
                failure = cause;
                waiting = List.copyOf(hooks);
            } finally {
                lock.unlock();
            }
            waiting.forEach(hook -> hook.accept(cause));
            done.countDown();
        }
    }

    /// The last value, or null where no load has succeeded.
    @Nullable T value() {
        return value;
    }

    /// Why the last load failed, or null.
    @Nullable RuntimeException failure() {
        return failure;
    }

    /// Whether a load has ended, well or badly.
    boolean attempted() {
        lock.lock();
        try {
            return attempted;
        } finally {
            lock.unlock();
        }
    }

    /// The value is out of date: the next [#refresh] loads it.
    void invalidate() {
        lock.lock();
        try {
            stale = true;
        } finally {
            lock.unlock();
        }
    }

    /// Starts a load where one is due.
    ///
    /// @param valueAge how old a value may be
    /// @param failureAge how old a failure may be
    /// @return the load that runs now, or null where nothing is due
    @Nullable Load refresh(Duration valueAge, Duration failureAge) {
        lock.lock();
        try {
            if (running == null && due(valueAge, failureAge)) {
                var load = new Load();
                boolean told = stale && attempted;
                running = load;
                stale = false;
                Thread.startVirtualThread(() -> run(load, told));
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    private boolean due(Duration valueAge, Duration failureAge) {
        long age = System.nanoTime() - triedNanos;
        if (!attempted) {
            return true;
        }
        if (failure != null) {
            return age >= failureAge.toNanos();
        }
        return stale || age >= valueAge.toNanos();
    }

    private void run(Load load, boolean told) {
        RuntimeException cause = null;
        boolean differs = told;
        try {
            var loaded = loader.get();
            if (!loaded.equals(value)) {
                differs = true;
                value = loaded;
            }
        } catch (RuntimeException e) {
            cause = e;
            differs = false;
        }
        boolean again;
        lock.lock();
        try {
            failure = cause;
            attempted = true;
            running = null;
            triedNanos = System.nanoTime();
            again = stale;
        } finally {
            lock.unlock();
        }
        try {
            if (differs) {
                changed.run();
            }
        } finally {
            load.end(cause);
        }
        if (again) {
            refresh(ANY_AGE, ANY_AGE);
        }
    }
}
