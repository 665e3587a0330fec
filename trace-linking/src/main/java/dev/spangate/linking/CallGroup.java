package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The open calls of one model-side name in issue order: "each candidate is closed" is "the oldest
/// open call was issued after the execution's start", without a scan.
final class CallGroup {
    final String name;
    final long hash;
    final List<ToolState> tools = new ArrayList<>(1);

    /// Resolves to several servers: only results decide (rule L2).
    boolean several;

    /// Means a tool at some endpoint.
    boolean ours;

    /// No defaults, then those of each schema that the name may mean (rule L3).
    List<CanonicalJson.Defaults> defaults = List.of();

    int open;
    @Nullable CallEntry oldest;
    @Nullable CallEntry newest;

    /// Executions that wait for all calls issued before their start to close.
    final PriorityQueue<Execution> waiting =
            new PriorityQueue<>(Comparator.comparingLong((Execution execution) -> execution.seq));

    CallGroup(String name, long hash) {
        this.name = name;
        this.hash = hash;
    }

    long key(long schema, long arguments) {
        return Keyed.mix(hash ^ Keyed.mix(arguments + Keyed.mix(schema)));
    }

    /// Into its place by the order of issue: behind the newest, but where an earlier process's
    /// calls are read back.
    void add(CallEntry entry) {
        var before = newest;
        while (before != null && before.call.seq > entry.call.seq) {
            before = before.older;
        }
        entry.older = before;
        entry.newer = before == null ? oldest : before.newer;
        if (entry.older != null) {
            entry.older.newer = entry;
        } else {
            oldest = entry;
        }
        if (entry.newer != null) {
            entry.newer.older = entry;
        } else {
            newest = entry;
        }
        open++;
    }

    void remove(CallEntry entry) {
        if (entry.older != null) {
            entry.older.newer = entry.newer;
        } else {
            oldest = entry.newer;
        }
        if (entry.newer != null) {
            entry.newer.older = entry.older;
        } else {
            newest = entry.older;
        }
        entry.older = null;
        entry.newer = null;
        open--;
    }

    /// Every call that was issued up to this position is closed.
    boolean closedUpTo(long seq) {
        return oldest == null || oldest.call.seq > seq;
    }

    boolean unused() {
        return open == 0 && waiting.isEmpty();
    }
}
