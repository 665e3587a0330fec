package dev.spangate.benchmarks.linking;

import dev.spangate.linking.EpochClock;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Virtual time: runs actions in order of time, then of scheduling, on one thread.
final class SimClock implements EpochClock {
    static final long MICRO = 1_000L;
    static final long MILLI = 1_000_000L;
    static final long SECOND = 1_000_000_000L;
    private static final long START = 1_800_000_000L * SECOND;

    private record Event(long time, long order, Runnable action) {}

    private final PriorityQueue<Event> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong(Event::time).thenComparingLong(Event::order));
    private volatile long time = START;
    private long order;
    private final AtomicLong step = new AtomicLong();
    private int pace;

    /// What the system's clock shows: true time plus what an operator or NTP did to it.
    @Override
    public long now() {
        return time + step.get();
    }

    /// What no operator changes: epoch nanoseconds.
    long trueTime() {
        return time;
    }

    /// True time since the beginning; never runs backwards.
    long elapsed() {
        return time - START;
    }

    /// Moves what the clock shows, not the order of events.
    void step(long nanos) {
        step.addAndGet(nanos);
    }

    void after(long nanos, Runnable action) {
        queue.add(new Event(time + Math.max(0, nanos), order++, action));
    }

    /// Time passes that many times faster than it really does, instead of at once.
    void pace(int factor) {
        pace = factor;
    }

    /// Runs the next action; false when there is none.
    boolean next() {
        Event event = queue.poll();
        if (event == null) {
            return false;
        }
        if (pace > 0) {
            LockSupport.parkNanos((event.time() - time) / pace);
        }
        time = event.time();
        event.action().run();
        return true;
    }
}
