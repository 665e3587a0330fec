package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The open calls of one model-side name, numbered in issue order: "each candidate is closed" is
/// "the oldest open number is newer than the execution's start", without a scan.
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

    long issued;
    int open;
    @Nullable CallEntry oldest;
    @Nullable CallEntry newest;

    /// Executions that wait for all calls up to a number to close.
    final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Waiting::number));

    record Waiting(long number, Execution execution) {}

    CallGroup(String name, long hash) {
        this.name = name;
        this.hash = hash;
    }

    long key(long schema, long arguments) {
        return Keyed.mix(hash ^ Keyed.mix(arguments + Keyed.mix(schema)));
    }

    void add(CallEntry entry) {
        entry.older = newest;
        if (newest != null) {
            newest.newer = entry;
        } else {
            oldest = entry;
        }
        newest = entry;
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

    /// Every call numbered up to `number` is closed.
    boolean closedUpTo(long number) {
        return oldest == null || oldest.number > number;
    }

    boolean unused() {
        return open == 0 && waiting.isEmpty();
    }
}
