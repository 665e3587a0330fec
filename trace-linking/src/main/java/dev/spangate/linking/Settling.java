package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The one place that finishes a link and releases an execution's draft (rules L5, L8, L10).
/// Guarded by the scope's lock.
final class Settling {
    private static final int MAX_COMPETITION = 256;

    private final Scope scope;

    /// Ended executions without candidates, the earliest start first.
    private final PriorityQueue<Execution> holding =
            new PriorityQueue<>(Comparator.comparingLong((Execution e) -> e.seq));

    private final LinkedSpans placing;

    Settling(Scope scope) {
        this.scope = scope;
        this.placing = new LinkedSpans(scope);
    }

    /// A result has told which call an execution answers (rule L4).
    void prove(Execution execution, Call call) {
        execution.call = call;
        execution.certain = true;
        var narrowed = execution.narrowed;
        execution.method =
                narrowed.hit() && execution.fits(call) ? narrowed.method() : Method.RESULT;
        call.link(execution);
        call.linkConfidence = "certain";
        scope.evidence.gone(execution);
        scope.look(execution);
        call.executions.forEach(scope::look);
    }

    /// Looks at an execution again: releases it as soon as its link is final.
    void settle(Execution execution) {
        if (execution.settled || !execution.ended) {
            return;
        }
        if (execution.certain) {
            finish(execution);
            return;
        }
        if (parks(execution) || holds(execution)) {
            return;
        }
        execution.watchers.forEach(scope::look);
        execution.watchers.clear();
        var rival = openRival(execution);
        if (rival != null) {
            rival.watchers.add(execution);
            return;
        }
        decide(execution);
        finish(execution);
    }

    /// It waits for a candidate to close (rule L5).
    private boolean parks(Execution execution) {
        if (execution.parked != null) {
            return true;
        }
        for (var group : execution.groups) {
            if (!group.closedUpTo(execution.seq)) {
                execution.parked = group;
                group.waiting.add(execution);
                return true;
            }
        }
        return false;
    }

    /// A call of that name has closed.
    void closed(CallGroup group) {
        while (!group.waiting.isEmpty() && group.closedUpTo(group.waiting.peek().seq)) {
            var execution = group.waiting.poll();
            execution.parked = null;
            scope.look(execution);
        }
    }

    /// Without a candidate it waits for the inferences that were in flight at its start.
    private boolean holds(Execution execution) {
        if (execution.candidates > 0
                || scope.nodes.readUpTo(execution.seq)
                || scope.now() >= holdEnd(execution)) {
            return false;
        }
        if (!execution.holding) {
            execution.holding = true;
            holding.add(execution);
        }
        return true;
    }

    private long holdEnd(Execution execution) {
        return execution.facts.startNanos() + scope.engine.config().hold().toNanos();
    }

    /// An inference has been read, or time has passed.
    void tick(long now) {
        while (!holding.isEmpty()) {
            var first = holding.peek();
            if (!scope.nodes.readUpTo(first.seq) && now < holdEnd(first)) {
                return;
            }
            holding.poll();
            scope.look(first);
        }
    }

    /// An execution that competes for an echoed call and still has an open candidate.
    private static @Nullable Execution openRival(Execution execution) {
        for (var call : execution.narrowed.fitting()) {
            if (!call.echoed || call.certain()) {
                continue;
            }
            for (var rival : call.executions) {
                if (rival != execution && !rival.settled && !rival.certain && open(rival)) {
                    return rival;
                }
            }
        }
        return null;
    }

    private static boolean open(Execution execution) {
        return execution.groups.stream().anyMatch(group -> !group.closedUpTo(execution.seq));
    }

    private void decide(Execution execution) {
        var alike = soleAlike(execution);
        if (alike != null) {
            prove(execution, alike);
            return;
        }
        var probable = probable(execution);
        if (probable != null) {
            execution.call = probable;
            execution.method = execution.narrowed.method();
            execution.byOrder = execution.narrowed.fitting().size() > 1;
            probable.link(execution);
            if (probable.linkConfidence == null) {
                probable.linkConfidence = "probable";
            }
            return;
        }
        var retried = retried(execution);
        if (retried != null) {
            execution.call = retried;
            execution.method = Method.ARGUMENTS;
            execution.retried = true;
            retried.link(execution);
        }
    }

    /// Tool and content are unique on both sides (rule L4).
    private @Nullable Call soleAlike(Execution execution) {
        var calls = execution.alike.stream().filter(call -> !call.certain()).toList();
        boolean sole =
                execution.alike.size() == 1
                        && calls.size() == 1
                        && calls.getFirst().alike == 1
                        && calls.getFirst().linked.isEmpty()
                        && scope.evidence.unique(execution, calls.getFirst())
                        && !missing(execution, scope.now());
        return sole ? calls.getFirst() : null;
    }

    private boolean missing(Execution execution, long until) {
        long from = execution.facts.startNanos() - scope.engine.config().window().toNanos();
        return scope.missing.within(from, until);
    }

    /// When the last of its fitting calls was echoed: what began later cannot have been theirs.
    private long echoed(Execution execution) {
        long last = execution.endNanos;
        for (var call : execution.narrowed.fitting()) {
            var by = call.echoedBy;
            if (by == null) {
                return scope.now();
            }
            last = Math.max(last, by.readNanos);
        }
        return last;
    }

    /// The call of a hit that nothing contradicted (rule L5).
    private @Nullable Call probable(Execution execution) {
        var narrowed = execution.narrowed;
        if (!narrowed.hit() || narrowed.resultOnly()) {
            execution.reason =
                    narrowed.fitting().isEmpty()
                            ? "no open call had these arguments"
                            : "several open calls fit, or the evidence conflicts";
            return null;
        }
        if (missing(execution, echoed(execution))) {
            execution.reason = "a call may be missing in that window";
            return null;
        }
        long from = execution.facts.startNanos() - scope.engine.config().window().toNanos();
        if (narrowed.fitting().stream().anyMatch(c -> c.crowded || c.issuedNanos < from)) {
            execution.reason = "the call is older than linking.window, or too many executions fit";
            return null;
        }
        if (!enoughCalls(execution)) {
            execution.reason = "more executions than calls fit: only results decide";
            return null;
        }
        return byOrder(execution);
    }

    /// Issue order, where results did not tell which of equal calls it is.
    private static @Nullable Call byOrder(Execution execution) {
        var free =
                execution.narrowed.fitting().stream()
                        .filter(call -> call.linked.isEmpty())
                        .sorted(Comparator.comparingLong(call -> call.seq))
                        .toList();
        if (free.isEmpty()) {
            execution.reason = "the call was linked to another execution";
            return null;
        }
        int rank = 0;
        for (var rival : free.getFirst().executions) {
            rank += !rival.settled && !rival.certain && rival.seq < execution.seq ? 1 : 0;
        }
        return free.get(Math.min(rank, free.size() - 1));
    }

    /// Counts what "fitting" connects (rule L8).
    private static boolean enoughCalls(Execution start) {
        Set<Execution> executions = new HashSet<>();
        Set<Call> calls = new HashSet<>();
        List<Execution> left = new ArrayList<>(List.of(start));
        executions.add(start);
        while (!left.isEmpty()) {
            for (var call : left.removeLast().narrowed.fitting()) {
                if (call.certain() || !calls.add(call)) {
                    continue;
                }
                for (var rival : call.executions) {
                    if (!rival.certain && executions.add(rival)) {
                        left.add(rival);
                    }
                }
                if (executions.size() + calls.size() > MAX_COMPETITION) {
                    return false;
                }
            }
        }
        return executions.size() <= calls.size();
    }

    /// The call of which a failed execution was an earlier attempt (rule L8).
    static @Nullable Call retried(Execution execution) {
        var fitting = execution.narrowed.fitting();
        boolean lost = execution.failed || !execution.delivered;
        if (!lost
                || fitting.size() != 1
                || execution.candidates != 1
                || !execution.facts.callIds().isEmpty()) {
            return null;
        }
        var call = fitting.getFirst();
        for (var later : call.linked) {
            if (later.seq > execution.seq
                    && later.fits(call)
                    && !later.facts.exchange().isEmpty()
                    && later.facts.exchange().equals(execution.facts.exchange())) {
                return call;
            }
        }
        return null;
    }

    /// Nothing will ever tell: unlinked.
    void giveUp(Execution execution) {
        if (!execution.settled) {
            execution.call = null;
            execution.reason = "the store that replicas share was emptied";
            finish(execution);
        }
    }

    private void finish(Execution execution) {
        execution.settled = true;
        scope.engine.counters().held(-1);
        execution.tool.unlike.remove(execution);
        execution.watchers.forEach(scope::look);
        execution.watchers.clear();
        var call = execution.call;
        if (call == null) {
            scope.engine.counters().unlinked();
            scope.emit(placing.unlinked(execution));
        } else {
            execution.tool.unlinked.remove(execution.seq);
            placing.linked(execution, call);
        }
        scope.explanations.decided(execution);
        for (var waiting : execution.inferring) {
            scope.localTools.recheck(waiting);
        }
        execution.narrowed.fitting().forEach(scope.localTools::recheck);
    }
}
