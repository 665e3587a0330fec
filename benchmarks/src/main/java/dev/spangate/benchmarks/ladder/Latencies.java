package dev.spangate.benchmarks.ladder;

import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Latencies of one run, in nanoseconds; added from many threads, read once at the end.
final class Latencies {
    private final ConcurrentLinkedQueue<Long> values = new ConcurrentLinkedQueue<>();

    void add(long nanos) {
        values.add(nanos);
    }

    /// Milliseconds at a percentile (0 to 100); NaN when nothing was measured.
    double millis(double percentile) {
        long[] sorted = values.stream().mapToLong(Long::longValue).toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(sorted);
        int index = (int) Math.min(sorted.length - 1L, (long) (sorted.length * percentile / 100));
        return sorted[index] / 1e6;
    }

    int count() {
        return values.size();
    }
}
