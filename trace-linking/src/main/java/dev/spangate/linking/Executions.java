package dev.spangate.linking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Starts and ends tool executions: facts for the [Matcher], edges of the graph, the place of the
/// context that goes upstream (rules L1, L7). Guarded by the scope's lock.
final class Executions {
    private static final int MAX_UNLINKED = 4096;
    private static final int MAX_UNLIKE = 256;

    private final Scope scope;

    /// Ended executions whose draft is written and whose link is not final.
    private final Map<String, Execution> pending = new LinkedHashMap<>();

    Executions(Scope scope) {
        this.scope = scope;
    }

    Execution start(ToolStart start, ExecutionFacts facts) {
        var tool = scope.calls.names().tool(start.endpoint(), start.tool(), start.server());
        var narrowed = narrow(tool, facts);
        var place = place(start, narrowed);
        var execution =
                new Execution(
                        scope.next(),
                        ref(place, narrowed),
                        tool,
                        facts,
                        start.origin(),
                        start.mcpSession());
        execution.place = place;
        execution.sentNanos = facts.startNanos();
        execution.narrowed = narrowed;
        remember(tool, execution);
        if (narrowed.atOnce() && !missing(facts)) {
            link(execution, narrowed.fitting().getFirst());
        } else {
            connect(execution);
        }
        belong(execution, 1);
        scope.explanations.near(execution, start.meta());
        scope.explanations.begun(execution);
        return execution;
    }

    private boolean missing(ExecutionFacts facts) {
        long window = scope.engine.config().window().toNanos();
        return facts.callIds().isEmpty()
                && scope.missing.within(facts.startNanos() - window, facts.startNanos());
    }

    private Matcher.Narrowed narrow(ToolState tool, ExecutionFacts facts) {
        Map<Call, Matcher.Candidate> found = new LinkedHashMap<>();
        for (var entry : scope.calls.equal(tool, facts)) {
            found.put(entry.call, candidate(entry.call, entry.group.several, true, facts));
        }
        boolean tooMany = found.size() > Execution.MAX_EDGES;
        for (var id : facts.callIds()) {
            var call = scope.calls.byId(id);
            if (call != null && call.sameId == null && call.random && !found.containsKey(call)) {
                for (var entry : call.entries()) {
                    if (tool.groups.contains(entry.group)) {
                        found.putIfAbsent(
                                call,
                                candidate(
                                        call,
                                        entry.group.several,
                                        equal(call, tool, facts),
                                        facts));
                    }
                }
            }
        }
        var narrowed =
                Matcher.narrow(
                        List.copyOf(found.values()),
                        !facts.callIds().isEmpty(),
                        facts.ids(),
                        facts.traceId());
        boolean certain = narrowed.atOnce() && narrowed.method() == Method.CALL_ID;
        return (tooMany && !narrowed.atOnce()) || (facts.late() && !certain)
                ? new Matcher.Narrowed(narrowed.fitting(), false, false, true, narrowed.method())
                : narrowed;
    }

    static boolean equal(Call call, ToolState tool, ExecutionFacts facts) {
        for (var entry : call.entries()) {
            if (tool.groups.contains(entry.group)
                    && ((entry.schema == tool.schema && entry.arguments == facts.arguments())
                            || (entry.schema == 0 && entry.arguments == facts.plain()))) {
                return true;
            }
        }
        return false;
    }

    private static Matcher.Candidate candidate(
            Call call, boolean several, boolean equal, ExecutionFacts facts) {
        return new Matcher.Candidate(
                call,
                call.by.seq,
                call.name(),
                call.ids(),
                call.by.traceId,
                equal,
                call.open,
                names(facts, call.id()),
                call.random && call.sameId == null && call.newerSameId == null,
                several);
    }

    private static boolean names(ExecutionFacts facts, @Nullable String id) {
        return id != null && facts.callIds().contains(id);
    }

    /// In the run's trace if exactly one fitting call stands, else where an unlinked one goes (L7).
    private static SpanRef ref(@Nullable Place place, Matcher.Narrowed narrowed) {
        String trace =
                place == null ? narrowed.fitting().getFirst().run().traceId() : place.traceId();
        return new SpanRef(Ids.propagated(trace), Ids.recording());
    }

    private @Nullable Place place(ToolStart start, Matcher.Narrowed narrowed) {
        return narrowed.hit() || narrowed.fitting().size() == 1
                ? null
                : scope.engine.joined().place(start.origin(), false, scope.now());
    }

    private void remember(ToolState tool, Execution execution) {
        while (!tool.unlinked.isEmpty() && over(tool.unlinked.firstEntry().getValue())) {
            tool.unlinked.pollFirstEntry();
        }
        tool.unlinked.put(execution.seq, execution);
        if (tool.unlinked.size() > MAX_UNLINKED) {
            tool.forgotten = tool.unlinked.pollFirstEntry().getKey();
        }
    }

    /// It is decided, and no call that is still open can have asked for it.
    private static boolean over(Execution execution) {
        return execution.settled
                && execution.tool.groups.stream().allMatch(g -> g.closedUpTo(execution.seq));
    }

    /// Final as to the call; the span is released when the execution has ended.
    private void link(Execution execution, Call call) {
        execution.call = call;
        execution.certain = true;
        execution.method = execution.narrowed.method();
        call.link(execution);
        call.linkConfidence = "certain";
        execution.tool.unlinked.remove(execution.seq);
        call.executions.forEach(scope::look);
    }

    private void connect(Execution execution) {
        for (var call : execution.narrowed.fitting()) {
            call.connect(execution);
        }
        for (var group : execution.tool.groups) {
            if (group.open > 0) {
                execution.candidates += group.open;
                execution.groups.add(group);
            }
        }
        if (execution.narrowed.fitting().isEmpty()) {
            unlike(execution);
        }
    }

    private static void unlike(Execution execution) {
        var tool = execution.tool;
        tool.unlikeCrowded &= !tool.unlike.isEmpty();
        if (tool.unlike.size() < MAX_UNLIKE) {
            tool.unlike.add(execution);
        } else {
            tool.unlikeCrowded = true;
        }
    }

    /// Counts it for the run that all its fitting calls belong to (rule R5).
    private void belong(Execution execution, int change) {
        if (change > 0) {
            var fitting = execution.narrowed.fitting();
            var run = fitting.isEmpty() ? null : fitting.getFirst().run();
            for (var call : fitting) {
                run = call.run() == run ? run : null;
            }
            execution.only = run;
        }
        if (execution.only != null) {
            execution.only.openExecutions += change;
        }
        for (var call : execution.narrowed.fitting()) {
            scope.runs.touch(call.run()); // it may be this run's: no silence
        }
    }

    /// The result is known and about to leave us.
    void result(Execution execution, ResultTexts result) {
        if (execution.result != null || execution.ended) {
            return;
        }
        execution.result = result;
        execution.endNanos = Math.max(execution.sentNanos, scope.now());
        execution.endSeq = scope.next();
        scope.evidence.record(execution);
    }

    /// It has ended; `draft` is its span.
    void end(Execution execution, ToolEnd end, JournalRecord.Draft draft) {
        execution.failed = !(end.outcome() instanceof Outcome.Completed);
        execution.delivered = end.delivered();
        if (!end.delivered()) {
            scope.evidence.undelivered(execution);
        }
        execution.ended = true;
        execution.draft = draft;
        scope.engine.counters().held(1);
        var run = execution.only;
        if (run != null && !run.ended) {
            run.covers(draft.startNanos(), draft.endNanos());
            run.lastFailed = execution.failed;
        }
        scope.settling.settle(execution);
        if (execution.draft != null) {
            scope.emit(execution.draft.with(Snapshots.pending(scope, execution)));
            execution.draft = null;
            pending.put(execution.span.spanId(), execution);
        }
        belong(execution, -1);
        if (run != null) {
            scope.runs.maybeEnd(run);
        }
        scope.look(execution);
    }

    /// Its replica will never tell how it ended: there is no span of it, but it may have been any
    /// of its calls'.
    void lost(Execution execution) {
        execution.failed = true;
        execution.delivered = false;
        scope.evidence.undelivered(execution);
        execution.ended = true;
        execution.settled = true;
        execution.tool.unlike.remove(execution);
        execution.watchers.forEach(scope::look);
        execution.watchers.clear();
        belong(execution, -1);
        if (execution.only != null) {
            scope.runs.maybeEnd(execution.only);
        }
        execution.inferring.forEach(scope.localTools::recheck);
        execution.narrowed.fitting().forEach(scope.localTools::recheck);
    }

    void settled(Execution execution) {
        pending.remove(execution.span.spanId());
    }

    Iterable<Execution> pending() {
        return pending.values();
    }

    /// One that an earlier process left behind: its candidates may have closed since.
    void restored(Execution execution) {
        pending.put(execution.span.spanId(), execution);
        scope.engine.counters().held(1);
        remember(execution.tool, execution);
        for (var call : execution.narrowed.fitting()) {
            call.connect(execution);
        }
        if (execution.narrowed.fitting().isEmpty()) {
            unlike(execution);
        }
        scope.explanations.begun(execution);
        scope.evidence.record(execution);
        scope.look(execution);
    }

    /// A guardrail of an execution goes where the execution goes.
    void guardrail(Execution execution, JournalRecord.Draft draft) {
        beside(execution, draft, HeldSpan.sibling(draft.spanId()));
    }

    /// So does what it caused, below it; what ends later than the execution is no span of it.
    void child(Execution execution, JournalRecord.Draft draft) {
        if (!execution.ended) {
            beside(execution, draft, HeldSpan.below(execution.span.spanId(), draft.spanId()));
        }
    }

    private void beside(Execution execution, JournalRecord.Draft draft, HeldSpan held) {
        scope.emit(draft.with(Snapshots.beside(scope, execution, held)));
        List<HeldSpan> more = new ArrayList<>(execution.beside);
        more.add(held);
        execution.beside = more;
    }
}
