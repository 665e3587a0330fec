package dev.spangate.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// What a sink was sent, and waiting for it.
final class SinkStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<SinkSpan> spans = new ArrayList<>();
    private final List<OtlpSink.Request> requests = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private int duplicates;

    void add(OtlpSink.Request request, List<SinkSpan> arrived) {
        lock.lock();
        try {
            requests.add(request);
            for (SinkSpan span : arrived) {
                spans.add(span);
                if (!seen.add(span.traceId() + span.spanId())) {
                    duplicates++;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<SinkSpan> spans() {
        lock.lock();
        try {
            return List.copyOf(spans);
        } finally {
            lock.unlock();
        }
    }

    List<OtlpSink.Request> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    int duplicates() {
        lock.lock();
        try {
            return duplicates;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            spans.clear();
            requests.clear();
            seen.clear();
            duplicates = 0;
        } finally {
            lock.unlock();
        }
    }

    List<SinkSpan> await(Predicate<List<SinkSpan>> condition, Duration timeout) {
        if (!awaitChange(() -> condition.test(List.copyOf(spans)), timeout)) {
            var arrived = spans();
            throw new AssertionError(
                    arrived.size()
                            + " spans arrived in "
                            + timeout
                            + ", but not the awaited ones:\n"
                            + LangfuseView.of(arrived).chains());
        }
        return spans();
    }

    List<OtlpSink.Request> awaitRequests(int count, Duration timeout) {
        if (!awaitChange(() -> requests.size() >= count, timeout)) {
            throw new AssertionError(
                    requests().size() + " of " + count + " requests arrived in " + timeout);
        }
        return requests();
    }

    private boolean awaitChange(BooleanSupplier condition, Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
