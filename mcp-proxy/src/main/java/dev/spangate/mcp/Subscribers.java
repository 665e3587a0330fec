package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Who takes what a server says outside of calls, and what it said before anybody did.
///
/// A session is opened by the request that needs it, and who made that request listens a moment
/// later: until then notifications are kept and questions wait, bounded in number and time.
/// Thread-safe.
final class Subscribers {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_KEPT = 100;

    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<Early> early = new ArrayDeque<>();
    private volatile List<MessageListener> all = List.of();
    private final AtomicInteger waiting = new AtomicInteger();

    private record Early(ObjectNode message, long nanos) {}

    Subscribers(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Adds one.
    ///
    /// @return what was said before it, if it is the first
    List<ObjectNode> add(MessageListener listener) {
        lock.lock();
        try {
            var more = new ArrayList<>(all);
            more.add(listener);
            all = List.copyOf(more);
            long oldest = nanoTime.getAsLong() - PATIENCE.toNanos();
            var missed =
                    early.stream()
                            .filter(each -> each.nanos() - oldest >= 0)
                            .map(Early::message)
                            .toList();
            early.clear();
            news.signalAll();
            return missed;
        } finally {
            lock.unlock();
        }
    }

    void remove(MessageListener listener) {
        lock.lock();
        try {
            var fewer = new ArrayList<>(all);
            fewer.remove(listener);
            all = List.copyOf(fewer);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /// Whom to tell; where there is nobody yet, the message is kept, and the oldest one goes.
    List<MessageListener> forNotification(ObjectNode message) {
        if (!all.isEmpty()) {
            return all;
        }
        lock.lock();
        try {
            if (all.isEmpty()) {
                if (early.size() == MAX_KEPT) {
                    early.removeFirst();
                }
                early.addLast(new Early(message, nanoTime.getAsLong()));
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /// The only one, or null.
    @Nullable MessageListener single() {
        var now = all;
        return now.size() == 1 ? now.getFirst() : null;
    }

    /// Blocks until there is a subscriber, or somebody else to ask; at most for the patience, and
    /// not at all where too many wait.
    ///
    /// @param somebodyElse looked at again on each [#callBegan]
    void awaitSomebody(BooleanSupplier somebodyElse) throws InterruptedException {
        lock.lock();
        try {
            if (waiting.get() < MAX_KEPT) {
                waiting.incrementAndGet();
                try {
                    long left = PATIENCE.toNanos();
                    while (left > 0 && all.isEmpty() && !somebodyElse.getAsBoolean()) {
                        left = news.awaitNanos(left);
                    }
                } finally {
                    waiting.decrementAndGet();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /// A call of a client is in flight now.
    void callBegan() {
        if (waiting.get() > 0) {
            lock.lock();
            try {
                news.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
