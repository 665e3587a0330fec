package dev.spangate.linking;

import java.util.ArrayDeque;
import java.util.List;

/// Times in which something of a scope may be missing (rule L5): an inference that was not read, an
/// evicted call, a kill.
final class Missing {
    private static final int MAX = 256;

    private final ArrayDeque<Gap> gaps = new ArrayDeque<>();

    private record Gap(long from, long to) {}

    void add(long from, long to) {
        if (gaps.size() >= MAX) {
            var oldest = gaps.removeFirst();
            var next = gaps.removeFirst();
            gaps.addFirst(
                    new Gap(
                            Math.min(oldest.from(), next.from()),
                            Math.max(oldest.to(), next.to())));
        }
        gaps.addLast(new Gap(from, to));
    }

    List<long[]> gaps() {
        return gaps.stream().map(gap -> new long[] {gap.from(), gap.to()}).toList();
    }

    boolean within(long from, long to) {
        for (var gap : gaps) {
            if (gap.from() <= to && gap.to() >= from) {
                return true;
            }
        }
        return false;
    }
}
