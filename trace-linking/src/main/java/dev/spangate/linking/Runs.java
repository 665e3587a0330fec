package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Opens, continues and ends runs (rules R, T1, T3). Guarded by the scope's lock.
final class Runs {
    /// How long a failed first inference waits for its retry (rule T1).
    private static final long RETRY_WAIT = Duration.ofSeconds(30).toNanos();

    private final Scope scope;
    private final NewRuns opening;

    /// Runs that have not ended, the longest silent first.
    private final LinkedHashSet<Run> live = new LinkedHashSet<>();

    private final ArrayDeque<Retry> retries = new ArrayDeque<>();

    private record Retry(Run run, long until) {}

    Runs(Scope scope) {
        this.scope = scope;
        this.opening = new NewRuns(scope);
    }

    /// Places an inference whose request has been read.
    Inference start(InferenceStart start, RequestView view) {
        var decision = scope.continuations.decide(start, view);
        var run = decision.run();
        if (run == null) {
            run = open(start, view, decision);
        } else if (run.ended) {
            run = takeUp(run);
        }
        var node = node(start, run, decision);
        scope.nodes.add(node);
        bring(node, decision.brought(), view);
        touch(run);
        scope.emit(
                node.run.inferences == 1
                        ? state("run-opened", run, Snapshots.opened(scope, run, node))
                        : state("inference", run, Snapshots.began(scope, node)));
        return node;
    }

    /// Sub-agents open and end within the run whose id they carry.
    private static JournalRecord.State state(String kind, Run run, String json) {
        String told = run.parentCall == null ? kind : kind.replace("run-", "sub-agent-");
        return new JournalRecord.State(told, run.id, json);
    }

    private Run open(InferenceStart start, RequestView view, Continuations.Decision decision) {
        var after = decision.after();
        if (after != null && !decision.ambiguous()) {
            supersede(after);
        }
        boolean opensConversation = after == null && view.lastAssistant() < 0;
        var parent = opensConversation ? scope.subAgents.parentOf(start, view) : null;
        var run = parent != null ? opening.subAgent(start, parent) : opening.fresh(start, decision);
        add(run);
        return run;
    }

    /// A late result: the same trace under a second top span (rule R5).
    private Run takeUp(Run ended) {
        var run =
                new Run(
                        ended.id,
                        ended.conversation,
                        ended.place,
                        JoinedTraces.spanId(),
                        ended.agentName,
                        ended.attributes);
        run.takesUp = true;
        run.capture = ended.capture;
        run.above = ended.topped ? ended.topSpanId : ended.place.parent();
        run.topped = true;
        add(run);
        return run;
    }

    private void add(Run run) {
        live.add(run);
        scope.engine.counters().liveRuns(1);
        run.lastActivity = scope.now();
        if (live.size() > scope.engine.config().maxRuns()) {
            var oldest = live.getFirst();
            if (oldest != run) {
                end(oldest, "evicted");
            }
        }
    }

    private Inference node(InferenceStart start, Run run, Continuations.Decision decision) {
        var after = decision.after();
        String spanId = Ids.recording();
        var node =
                new Inference(
                        scope.next(),
                        spanId,
                        thread(run, after, spanId),
                        scope.now(),
                        start.origin().ids(),
                        Spans.usedTraceId(start.origin()));
        node.before = after;
        node.capture = start.origin().capture();
        node.inputWith = decision.inputWith();
        node.inputWithout = decision.inputWithout();
        node.first = run.inferences == 0 || (decision.retry() && after == null);
        node.body = node.first ? scope.engine.keyed().id(start.body()) : 0;
        node.thread.tail = node;
        if (after != null && after.thread == node.thread) {
            after.next = node;
        }
        run.inferences++;
        run.inFlight++;
        if (run.main == null) {
            run.main = node.thread;
            run.firstSpanId = node.spanId;
            run.capture = node.capture;
        }
        if (run.inferences > 1) {
            top(run);
        }
        return node;
    }

    /// The thread that an inference continues, or one of its own.
    private RunThread thread(Run run, @Nullable Inference after, String spanId) {
        var main = run.main;
        if (main != null && after == null && main.tail != null && main.tail.brokenOff()) {
            return main;
        }
        if (main != null
                && after != null
                && after.run == run
                && (after.next == null || after.next.brokenOff())) {
            return after.thread;
        }
        var thread = new RunThread(run, spanId);
        run.threads.add(thread);
        return thread;
    }

    /// Reads the results that a request brings; calls of the thread without one are closed (R6).
    private void bring(Inference node, Map<Call, Continuations.Brought> brought, RequestView view) {
        node.brought = List.copyOf(brought.keySet());
        for (var result : brought.entrySet()) {
            var call = result.getKey();
            if (!call.echoed) {
                call.echoed = true;
                call.echoedBy = node;
                if (!result.getValue().several()) {
                    scope.evidence.echo(call, view.echo(call, result.getValue().texts()), node);
                }
                scope.localTools.echo(call, result.getValue(), node, view.arguments(call));
            }
            close(call);
        }
        for (var call : List.copyOf(node.thread.waiting)) {
            close(call);
        }
        node.thread.waiting.clear();
        if (node.before != null && node.before.run.ended) {
            node.before.calls.forEach(this::close);
        }
    }

    /// Rule R6.
    void close(Call call) {
        if (!call.open) {
            return;
        }
        call.open = false;
        call.run().openCalls--;
        scope.engine.counters().openCalls(-1);
        scope.calls.close(call);
        scope.subAgents.closed(call);
        call.executions.forEach(scope::look);
        for (var entry : call.entries()) {
            scope.settling.closed(entry.group);
        }
        maybeEnd(call.run());
    }

    /// A new run goes on from the last answer of another's main thread (rule R5).
    private void supersede(Inference after) {
        var run = after.run;
        if (!run.ended && run.main != null && run.main.tail == after && !after.inFlight) {
            end(run, "superseded");
        }
    }

    /// Something beside its one inference: it has a top span (rule T1).
    void top(Run run) {
        if (run.topped) {
            return;
        }
        run.topped = true;
        releaseHeld(run);
    }

    private void releaseHeld(Run run) {
        for (var span : run.held) {
            scope.emit(Spans.release(run, span));
        }
        run.held.clear();
    }

    /// A span of the run that is not its top is done: released, or held until T1 is decided.
    void place(Run run, JournalRecord.Draft draft, HeldSpan span) {
        place(run, draft, span, null);
    }

    private void place(
            Run run, JournalRecord.Draft draft, HeldSpan span, @Nullable Inference node) {
        if (run.topped || run.ended) {
            var told = node == null ? draft : draft.with(Snapshots.span(scope, run, null, node));
            scope.emit(Spans.release(run, span, told, null));
        } else {
            scope.emit(draft.with(Snapshots.span(scope, run, span, node)));
            run.held.add(span);
        }
    }

    /// The provider executed a tool inside an answer.
    void provided(Inference node, JournalRecord.Draft draft) {
        Map<String, Object> told =
                Map.of("spangate.link.method", "call-id", "spangate.link.confidence", "certain");
        var links = List.of(new JournalRecord.SpanLink(node.run.traceId(), node.spanId, told));
        beside(node.run, draft, new HeldSpan(draft.spanId(), null, false, links, told));
    }

    /// Something else happened in a run: a policy acted, say.
    void beside(Run run, JournalRecord.Draft draft, HeldSpan span) {
        if (!run.ended) {
            run.covers(draft.startNanos(), draft.endNanos());
        }
        top(run);
        place(run, draft, span);
    }

    /// Its replica will never tell how it ended.
    void lost(Inference node) {
        node.inFlight = false;
        scope.nodes.landed(node);
        node.run.inFlight--;
        node.run.lastFailed |= !node.run.ended;
        touch(node.run);
        if (node.run.inferences == 1 && !node.run.topped && !node.run.ended) {
            retries.add(new Retry(node.run, scope.now() + RETRY_WAIT));
        }
        maybeEnd(node.run);
        scope.settling.tick(scope.now());
    }

    /// An inference of the run has ended.
    void landed(Inference node, JournalRecord.Draft draft, HeldSpan span) {
        var run = node.run;
        run.inFlight--;
        touch(run);
        boolean alone = !run.topped && ends(run);
        if (alone) {
            var told = draft.with(Snapshots.span(scope, run, null, node));
            scope.emit(Spans.release(run, span, told, null));
        } else {
            place(run, draft, span, node);
        }
        if (!node.complete && run.inferences == 1 && !run.topped && !run.ended) {
            retries.add(new Retry(run, scope.now() + RETRY_WAIT));
        }
        maybeEnd(run);
    }

    /// Rule R5, first case.
    void maybeEnd(Run run) {
        if (!run.ended && ends(run)) {
            end(run, "complete");
        }
    }

    private static boolean ends(Run run) {
        if (run.inFlight > 0 || run.openCalls > 0 || run.openExecutions > 0) {
            return false;
        }
        var tail = run.main == null ? null : run.main.tail;
        return tail != null && tail.complete && tail.calls.isEmpty();
    }

    void end(Run run, String reason) {
        run.ended = true;
        live.remove(run);
        scope.engine.counters().liveRuns(-1);
        for (var thread : run.threads) {
            List.copyOf(thread.waiting).forEach(this::close);
            thread.waiting.clear();
        }
        if (run.topped) {
            endTop(run, reason);
        } else {
            releaseHeld(run);
        }
        scope.emit(state("run-ended", run, Snapshots.ended(scope, run, reason)));
        scope.subAgents.ended(run);
        run.threads.clear();
    }

    private void endTop(Run run, String reason) {
        if (run.startNanos == Long.MAX_VALUE) {
            return; // nothing of it was ever recorded: its process died
        }
        var draft = Spans.top(run, reason);
        var parent = run.parentCall;
        if (parent == null) {
            var above = run.takesUp ? run.above : run.place.parent();
            scope.emit(Spans.topRelease(run, draft, above));
        } else if (parent.toolSpanId != null) {
            scope.emit(Spans.topRelease(run, draft, parent.toolSpanId));
        } else if (parent.run().ended && !scope.localTools.undecided(parent)) {
            scope.emit(Spans.topRelease(run, draft, parent.run().topSpanId));
        } else {
            scope.emit(draft.with(Snapshots.top(scope, run)));
            run.topWaits = true;
        }
    }

    void touch(Run run) {
        run.lastActivity = scope.now();
        if (live.remove(run)) {
            live.add(run);
        }
    }

    /// Whoever remembered this inference has forgotten it (rule L11).
    void forgotten(Inference node) {
        var run = node.run;
        if (!run.ended && run.main != null && run.main.tail == node) {
            end(run, "evicted");
        }
    }

    /// A run that an earlier process left behind.
    void restored(Run run) {
        if (run.topped || run.ended) {
            releaseHeld(run);
        }
        var parent = run.parentCall;
        if (run.ended) {
            if (run.topWaits && parent != null) {
                scope.subAgents.restored(run, parent);
            } else if (run.topWaits && run.takesUp) {
                run.topWaits = false; // its call died with its answer
                scope.emit(Spans.topRelease(run, null, run.above));
            }
            return;
        }
        live.add(run);
        scope.engine.counters().liveRuns(1);
        if (run.inferences == 1 && !run.topped) {
            retries.add(new Retry(run, scope.now() + RETRY_WAIT));
        }
        maybeEnd(run);
    }

    Iterable<Run> live() {
        return live;
    }

    void tick(long now) {
        while (!retries.isEmpty() && retries.getFirst().until() <= now) {
            var run = retries.removeFirst().run();
            if (!run.ended && !run.topped && run.inFlight == 0 && run.inferences == 1) {
                end(run, "failed");
            }
        }
        long idle = scope.engine.config().idle().toNanos();
        List<Run> silent = new ArrayList<>(0);
        for (var run : live) {
            if (run.lastActivity + idle > now) {
                break;
            }
            silent.add(run);
        }
        for (var run : silent) {
            if (run.inFlight > 0 || run.openExecutions > 0) {
                touch(run);
            } else {
                end(run, "idle");
            }
        }
    }
}
