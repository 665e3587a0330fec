package dev.spangate.benchmarks.linking;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.TraceMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// What must hold for every set of released spans: parents, tops, run attributes, names (T1–T5).
final class Invariants {
    private final Truth truth;
    private final Spans spans;
    private final Score score;

    Invariants(Truth truth, Spans spans, Score score) {
        this.truth = truth;
        this.spans = spans;
        this.score = score;
    }

    void check() {
        var attributes = new HashMap<String, RunAttributes>();
        for (Release release : spans.releases()) {
            Draft draft = spans.draft(release.spanId());
            if (draft == null) {
                continue; // told already
            }
            parent(release, draft);
            runAttributes(release, draft, attributes);
            content(draft);
            score.locals += spans.attribute(release, Spans.OBSERVED).equals("inferred") ? 1 : 0;
        }
        truth.runs.forEach(this::top);
        truth.runs.forEach(this::context);
        roots();
        strangers();
    }

    /// J: a run's context places it as its caller's mode says.
    private void context(Truth.Run run) {
        String theirs = run.traceId;
        var first = run.inferences.isEmpty() ? null : run.inferences.getFirst();
        Release own = first == null ? null : spans.release(first.spanId);
        if (theirs == null || own == null || run.subAgentOf != null || !truth.kills.isEmpty()) {
            return;
        }
        Release root = spans.release(spans.top(own.spanId()));
        if (root == null) {
            return; // told already
        }
        boolean joins = run.mode == TraceMode.JOIN || run.mode == TraceMode.PARENT;
        boolean links = root.links().stream().anyMatch(link -> link.traceId().equals(theirs));
        if (root.traceId().equals(theirs) != joins
                || root.appRoot() != (run.mode == TraceMode.JOIN)
                || root.run().traceLevel() == (run.mode == TraceMode.PARENT)
                || links != (run.mode == TraceMode.LINK)) {
            score.fault("a context in mode " + run.mode + " did not do what it says (J)");
        }
    }

    /// L11, J1: what a stranger sends lies in no trace of anybody else, and in no run.
    private void strangers() {
        Set<String> ours = new HashSet<>();
        for (Truth.Inference inference : truth.inferences) {
            Release release = spans.release(inference.spanId);
            if (release != null) {
                ours.add(release.traceId());
            }
        }
        for (String spanId : truth.strangers) {
            Release release = spans.release(spanId);
            if (release != null && ours.contains(release.traceId())) {
                score.wrong("a stranger's span in a trace of somebody else");
            }
        }
    }

    private void parent(Release release, Draft draft) {
        String parent = release.parentSpanId();
        if (parent == null || release.remoteParent()) {
            return;
        }
        Release above = spans.release(parent);
        if (above == null) {
            score.fault(draft.name() + ": its parent was never released");
        } else if (!above.traceId().equals(release.traceId())) {
            score.fault(draft.name() + ": its parent is in another trace");
        }
    }

    /// T3: the same on all spans of a run.
    private void runAttributes(Release release, Draft draft, Map<String, RunAttributes> seen) {
        RunAttributes other = seen.putIfAbsent(release.run().runId(), release.run());
        if (other != null && !other.equals(release.run())) {
            score.fault(
                    "%s: run attributes differ within a run (T3): %s, %s"
                            .formatted(draft.name(), other, release.run()));
        }
    }

    private void content(Draft draft) {
        if (draft.type() == ObservationType.AGENT
                && (draft.usage() != null || !draft.cost().isEmpty())) {
            score.fault(draft.name() + ": a top span with usage or cost");
        }
        if (draft.name().matches(".*(call_\\w{10}|toolu_|[0-9a-f]{12}).*")) {
            score.fault(draft.name() + ": an id in a span's name");
        }
    }

    /// T1: a run has a top span iff it holds anything beside one inference. Of calls that reached
    /// the client in pieces that the gateway could not read nothing on the wire tells: what holds
    /// only such calls may stand alone.
    private void top(Truth.Run run) {
        for (Truth.Inference inference : run.inferences) {
            if (spans.release(inference.spanId) == null) {
                continue;
            }
            boolean topped = !spans.top(inference.spanId).equals(inference.spanId);
            boolean needed =
                    inference.complete && inference.calls.stream().anyMatch(call -> !call.unread);
            if (needed && !topped && !truth.troubled(inference.start, inference.end)) {
                score.fault("an inference with tool calls stands without a top span (T1)");
            }
            if (topped) {
                covers(inference);
            }
        }
        if (run.inferences.size() == 1
                && run.inferences.getFirst().complete
                && run.inferences.getFirst().calls.isEmpty()
                && run.subAgentOf == null
                && spans.release(run.inferences.getFirst().spanId) != null
                && !spans.top(run.inferences.getFirst().spanId)
                        .equals(run.inferences.getFirst().spanId)) {
            score.fault("a lone inference under a top span (T1)");
        }
    }

    private void covers(Truth.Inference inference) {
        Draft top = spans.draft(spans.top(inference.spanId));
        Draft own = spans.draft(inference.spanId);
        if (top != null && own != null && top.startNanos() > own.startNanos()) {
            score.fault("a top span starts after its inference (R5)");
        }
    }

    /// A trace of our own has one root.
    private void roots() {
        Set<String> rooted = new HashSet<>();
        for (Release release : spans.releases()) {
            if (release.parentSpanId() == null && !rooted.add(release.traceId())) {
                score.fault("a trace with two roots: " + release.traceId());
            }
        }
    }
}
