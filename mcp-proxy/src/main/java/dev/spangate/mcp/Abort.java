package dev.spangate.mcp;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A way to give up blocking I/O from another thread: closes or cancels what is registered, now and
/// later.
final class Abort {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeUp = lock.newCondition();
    private final List<Closeable> open = new ArrayList<>(2);
    private boolean aborted;

    /// Closes `resource` when aborted, at once if that has happened already.
    void on(Closeable resource) {
        lock.lock();
        try {
            if (!aborted) {
                open.add(resource);
                return;
            }
        } finally {
            lock.unlock();
        }
        closeQuietly(resource);
    }

    /// Cancels `pending` when aborted.
    void on(Future<?> pending) {
        on((Closeable) () -> pending.cancel(true));
    }

    /// Gives up; may be called from any thread, any number of times.
    void abort() {
        List<Closeable> closing;
        lock.lock();
        try {
            aborted = true;
            wakeUp.signalAll();
            closing = List.copyOf(open);
            open.clear();
        } finally {
            lock.unlock();
        }
        closing.forEach(this::closeQuietly);
    }

    boolean aborted() {
        lock.lock();
        try {
            return aborted;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for `delay`; false if given up meanwhile.
    boolean pause(Duration delay) {
        lock.lock();
        try {
            var left = delay.toNanos();
            while (left > 0 && !aborted) {
                left = wakeUp.awaitNanos(left);
            }
            return !aborted;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Closes without caring how: the connection is of no use any more.
    void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException alreadyBroken) {
            // Closing was the point.
        }
    }
}
