package dev.spangate.mcp;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// When a server that failed may be tried again: at once after the first failure, then after
/// growing pauses.
final class Backoff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration MAX = Duration.ofSeconds(30);

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private int failures;
    private long notBefore;

    Backoff(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void failed() {
        lock.lock();
        try {
            failures++;
            var doublings = Math.clamp(failures - 2L, 0, 6);
            var pause = FIRST.multipliedBy(1L << doublings);
            var bounded = failures < 2 ? Duration.ZERO : pause.compareTo(MAX) < 0 ? pause : MAX;
            notBefore = nanoTime.getAsLong() + bounded.toNanos();
        } finally {
            lock.unlock();
        }
    }

    void succeeded() {
        lock.lock();
        try {
            failures = 0;
        } finally {
            lock.unlock();
        }
    }

    /// How long to wait from now; zero where it may be tried.
    Duration remaining() {
        lock.lock();
        try {
            var left = failures == 0 ? 0 : notBefore - nanoTime.getAsLong();
            return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
        } finally {
            lock.unlock();
        }
    }
}
