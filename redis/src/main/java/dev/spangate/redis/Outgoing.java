package dev.spangate.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Texts on their way to the store, numbered: a text leaves only once the store has confirmed it.
/// Bounded; safe for threads.
final class Outgoing {
    private static final int MAX_TEXTS = 50_000;
    private static final long MAX_CHARS = 32L << 20;
    private static final int BATCH = 256;
    private static final int BATCH_CHARS = 256 << 10;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final ArrayDeque<String> texts = new ArrayDeque<>();
    private long first = 1;
    private long chars;
    private long dropped;

    /// Some texts in order.
    ///
    /// @param first number of the first one
    record Batch(long first, List<String> texts) {}

    /// False where there is no room.
    boolean add(String text) {
        lock.lock();
        try {
            if (texts.size() >= MAX_TEXTS || chars + text.length() > MAX_CHARS) {
                dropped++;
                return false;
            }
            texts.add(text);
            chars += text.length();
            more.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for texts; an empty batch after `millis`.
    Batch next(long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (texts.isEmpty() && left > 0) {
                left = more.awaitNanos(left);
            }
            List<String> batch = new ArrayList<>();
            int size = 0;
            for (var text : texts) {
                if (batch.size() >= BATCH || (size > 0 && size + text.length() > BATCH_CHARS)) {
                    break;
                }
                batch.add(text);
                size += text.length();
            }
            return new Batch(first, batch);
        } finally {
            lock.unlock();
        }
    }

    /// All up to `number` stand in the store.
    void confirmed(long number) {
        lock.lock();
        try {
            while (first <= number && !texts.isEmpty()) {
                chars -= texts.remove().length();
                first++;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Forgets everything; numbers begin again at 1.
    void clear() {
        lock.lock();
        try {
            dropped += texts.size();
            texts.clear();
            chars = 0;
            first = 1;
        } finally {
            lock.unlock();
        }
    }

    long waiting() {
        lock.lock();
        try {
            return texts.size();
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /// Number of the last confirmed one.
    long done() {
        lock.lock();
        try {
            return first - 1;
        } finally {
            lock.unlock();
        }
    }
}
