package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.ObservationType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares what was released with what was true; a pure function of both.
final class Scorer {
    private final Truth truth;
    private final Spans spans;
    private final Evidence evidence;
    private final Score score = new Score();
    private final Map<String, Truth.Inference> inferences = new HashMap<>();
    private final Map<String, Truth.Execution> executions = new HashMap<>();

    private Scorer(Truth truth, Spans spans) {
        this.truth = truth;
        this.spans = spans;
        this.evidence = new Evidence(truth);
        truth.inferences.forEach(inference -> inferences.put(inference.spanId, inference));
        truth.executions.forEach(execution -> executions.put(execution.spanId, execution));
    }

    static Score score(Truth truth, Records records) {
        var scorer = new Scorer(truth, new Spans(records));
        scorer.spans.faults().forEach(scorer.score::fault);
        scorer.truth.executions.forEach(scorer::execution);
        scorer.runs();
        for (Release release : scorer.spans.releases()) {
            scorer.inferred(release);
            scorer.consumed(release);
        }
        new Invariants(truth, scorer.spans, scorer.score).check();
        return scorer.score;
    }

    private void execution(Truth.Execution execution) {
        if (!execution.recorded()) {
            return;
        }
        score.executions++;
        var kind = evidence.of(execution);
        Release release = spans.release(execution.spanId);
        if (release == null && truth.killedAt(execution.end)) {
            return;
        }
        if (release == null) {
            score.fault("execution of " + execution.tool + " has no span");
            return;
        }
        long held = spans.held(execution.spanId);
        score.heldTotal += held;
        score.heldMax = Math.max(score.heldMax, held);
        boolean right = place(execution, release, kind);
        if (kind.decides()) {
            score.evident++;
            if (right) {
                score.evidentFound++;
            } else {
                score.missed.merge(kind + describe(execution), 1L, Long::sum);
            }
        } else {
            score.unknowable.merge(kind.name(), 1L, Long::sum);
        }
    }

    /// True when it is linked, and rightly.
    private boolean place(Truth.Execution execution, Release release, Evidence.Kind kind) {
        String method = spans.attribute(release, Spans.METHOD);
        SpanLink asked = spans.asked(release);
        if (method.isEmpty() || method.equals("none") || asked == null) {
            score.methods.merge("none", 1L, Long::sum);
            score.unlinked++;
            unlinked(execution, release, asked);
            return false;
        }
        score.methods.merge(method, 1L, Long::sum);
        String error = error(execution, release, asked);
        boolean certain = spans.attribute(release, Spans.CONFIDENCE).equals("certain");
        if (error != null) {
            score.wrong(error + " [" + method + ", evidence " + kind + "]" + describe(execution));
        }
        if (certain) {
            score.certainRight += error == null ? 1 : 0;
            score.certainWrong += error == null ? 0 : 1;
        } else {
            score.probableRight += error == null ? 1 : 0;
            score.probableWrong += error == null ? 0 : 1;
        }
        return error == null;
    }

    private @Nullable String error(Truth.Execution execution, Release release, SpanLink asked) {
        Truth.Call call = execution.call;
        if (call == null) {
            return "linked, though no call asked for it";
        }
        Truth.Inference claimed = inferences.get(asked.spanId());
        if (claimed == null) {
            return "linked to a span that is no inference";
        }
        if (claimed != call.inference) {
            return claimed.run == call.inference.run
                    ? "linked to another inference of its run"
                    : "linked to an inference of agent " + claimed.run.agent;
        }
        String id = spans.attribute(release, Spans.CALL_ID);
        boolean byOrder = spans.attribute(release, Spans.CALL).equals("by-order");
        if (!id.isEmpty() && !byOrder && !Objects.equals(call.told.id(), id)) {
            return "linked to another call of the right inference";
        }
        Release asking = spans.release(asked.spanId());
        if (asking == null) {
            return "linked to an inference that has no span";
        }
        if (!asking.traceId().equals(release.traceId())) {
            return "in another trace than the inference that asked for it";
        }
        return spans.firstTop(execution.spanId).equals(spans.firstTop(asked.spanId()))
                ? null
                : "under another top span than the inference that asked for it";
    }

    private void unlinked(Truth.Execution execution, Release release, @Nullable SpanLink asked) {
        if (asked != null) {
            score.fault("an unlinked execution has a link to an inference");
        }
        if (!spans.top(execution.spanId).equals(execution.spanId)) {
            score.wrong("unlinked, but under a run's top span" + describe(execution));
        }
        Truth.Call call = execution.call;
        boolean candidate =
                call != null
                        && call.inference.recorded()
                        && call.issued < execution.start
                        && call.closed > execution.start
                        && !execution.habits.hint().callId()
                        && truth.kills.isEmpty();
        if (candidate && spans.attribute(release, Spans.CANDIDATES).isEmpty()) {
            score.fault("unlinked without its candidates (L5)" + describe(execution));
        }
    }

    /// One top span per run, one run per top span.
    private void runs() {
        var owner = new HashMap<String, Truth.Run>();
        for (Truth.Run run : truth.runs) {
            Set<String> tops = new HashSet<>();
            for (Truth.Inference inference : run.inferences) {
                Release release = spans.release(inference.spanId);
                if (release == null) {
                    if (inference.recorded() && !truth.killedAt(inference.end)) {
                        score.fault("an inference has no span");
                    }
                    continue;
                }
                score.inferences++;
                tops.add(spans.top(inference.spanId));
                Truth.Run other = owner.putIfAbsent(spans.top(inference.spanId), run);
                if (other != null && other != run) {
                    score.wrong(
                            "runs of agents %d and %d under one top span"
                                    .formatted(other.agent, run.agent));
                }
            }
            score.runs++;
            if (tops.stream().map(spans::firstTop).distinct().count() > 1) {
                score.splitRuns++;
                if (Evidence.continuous(run, truth) && !truth.evictions) {
                    score.fault("a run was split though its results were echoed (R1)");
                }
            }
            subAgent(run);
        }
    }

    private void subAgent(Truth.Run run) {
        Truth.Call task = run.subAgentOf;
        if (task == null || !task.inference.recorded() || !run.inferences.getFirst().recorded()) {
            return;
        }
        score.subAgents++;
        Release own = spans.release(run.inferences.getFirst().spanId);
        Release parent = spans.release(task.inference.spanId);
        if (own != null && parent != null && own.traceId().equals(parent.traceId())) {
            score.subAgentsPlaced++;
        }
    }

    /// An inferred execution claims that a call was not executed through us.
    private void inferred(Release release) {
        if (!spans.attribute(release, Spans.OBSERVED).equals("inferred")) {
            return;
        }
        SpanLink asked = spans.asked(release);
        Truth.Inference inference = asked == null ? null : inferences.get(asked.spanId());
        if (inference == null) {
            score.fault("an inferred execution without the inference that asked for it (T4)");
            return;
        }
        String id = spans.attribute(release, Spans.CALL_ID);
        boolean possible =
                inference.calls.stream()
                        .filter(call -> !call.byProvider)
                        .filter(call -> id.isEmpty() || id.equals(call.told.id()))
                        .anyMatch(call ->
                                call.executions.stream().noneMatch(Truth.Execution::recorded));
        if (possible) {
            score.inferredRight++;
        } else {
            score.wrong(
                    "a local execution was inferred for a call that went through us: "
                            + inference.spanId
                            + " "
                            + id);
        }
    }

    /// An inference links to the executions whose results it consumed (T4).
    private void consumed(Release release) {
        Truth.Inference inference = inferences.get(release.spanId());
        if (inference == null || spans.type(release.spanId()) != ObservationType.GENERATION) {
            return;
        }
        for (SpanLink link : release.links()) {
            Truth.Execution execution = executions.get(link.spanId());
            if (execution == null) {
                continue;
            }
            Truth.Call call = execution.call;
            if (call == null
                    || call.inference.run != inference.run
                    || call.closed > inference.start) {
                score.wrong(
                        "an inference links to an execution whose result it never saw"
                                + describe(execution));
            }
        }
    }

    private static String describe(Truth.Execution execution) {
        return " of %s, result %s, %s"
                .formatted(execution.tool.name(), execution.kind, execution.habits);
    }
}
