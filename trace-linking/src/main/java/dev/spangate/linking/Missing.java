package dev.spangate.linking;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Times in which something of a scope may be missing (rule L5): an inference that was not read, an
/// evicted call, a kill, a replica or a store that did not answer.
final class Missing {
    private static final int MAX = 256;

    /// What is missing everywhere.
    private final @Nullable Missing everywhere;

    private final ArrayDeque<Gap> gaps = new ArrayDeque<>();

    /// Since when something is missing that may still go on.
    private long since = Long.MAX_VALUE;

    /// @param executions executions may be missing, too
    private record Gap(long from, long to, boolean executions) {}

    Missing(@Nullable Missing everywhere) {
        this.everywhere = everywhere;
    }

    void add(long from, long to) {
        add(new Gap(from, to, false));
    }

    /// Executions may be missing, too.
    void addAll(long from, long to) {
        add(new Gap(from, to, true));
    }

    private void add(Gap gap) {
        if (gaps.size() >= MAX) {
            var oldest = gaps.removeFirst();
            var next = gaps.removeFirst();
            gaps.addFirst(
                    new Gap(
                            Math.min(oldest.from(), next.from()),
                            Math.max(oldest.to(), next.to()),
                            oldest.executions() || next.executions()));
        }
        gaps.addLast(gap);
    }

    /// Everything may be missing from `from` on, until that is taken back by [Long#MAX_VALUE].
    void since(long from) {
        since = from;
    }

    List<long[]> gaps() {
        return gaps.stream().map(gap -> new long[] {gap.from(), gap.to()}).toList();
    }

    boolean within(long from, long to) {
        return since <= to
                || gaps.stream().anyMatch(gap -> gap.from() <= to && gap.to() >= from)
                || (everywhere != null && everywhere.within(from, to));
    }

    /// An execution may be missing.
    boolean executionsWithin(long from, long to) {
        return since <= to
                || gaps.stream().anyMatch(g -> g.executions() && g.from() <= to && g.to() >= from)
                || (everywhere != null && everywhere.executionsWithin(from, to));
    }
}
