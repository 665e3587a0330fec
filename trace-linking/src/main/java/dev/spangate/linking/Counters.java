package dev.spangate.linking;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What happened, in numbers. Safe for threads.
final class Counters {
    private final Map<String, LongAdder> links = new ConcurrentHashMap<>();
    private final LongAdder unlinked = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final LongAdder openCalls = new LongAdder();
    private final LongAdder liveRuns = new LongAdder();
    private final LongAdder held = new LongAdder();
    private final LongAdder joinFallbacks = new LongAdder();
    private final LongAdder secondEnds = new LongAdder();
    private final LongAdder faults = new LongAdder();
    private final LongAdder unread = new LongAdder();

    void linked(String method, String confidence) {
        links.computeIfAbsent(method + "/" + confidence, _ -> new LongAdder()).increment();
    }

    void unlinked() {
        unlinked.increment();
    }

    void evicted() {
        evicted.increment();
    }

    void openCalls(long change) {
        openCalls.add(change);
    }

    void liveRuns(long change) {
        liveRuns.add(change);
    }

    void held(long change) {
        held.add(change);
    }

    void joinFallback() {
        joinFallbacks.increment();
    }

    void secondEnd() {
        secondEnds.increment();
    }

    void fault() {
        faults.increment();
    }

    void unread() {
        unread.increment();
    }

    LinkerStats snapshot() {
        Map<String, Long> byMethod = new TreeMap<>();
        links.forEach((key, count) -> byMethod.put(key, count.sum()));
        return new LinkerStats(
                byMethod,
                unlinked.sum(),
                evicted.sum(),
                openCalls.sum(),
                liveRuns.sum(),
                held.sum(),
                joinFallbacks.sum(),
                secondEnds.sum(),
                faults.sum(),
                unread.sum());
    }
}
