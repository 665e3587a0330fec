package dev.spangate.linking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tool calls that were answered without passing through us (rule T, `execute_tool {tool}`):
/// inferred from the echo, never beside an execution that may have been it (rule L8). Guarded by
/// the scope's lock.
final class LocalTools {
    private final Scope scope;

    LocalTools(Scope scope) {
        this.scope = scope;
    }

    /// What the executions of the call's tools say.
    private enum Verdict {
        LOCAL,
        OURS,
        OPEN
    }

    /// A call's result is echoed for the first time.
    void echo(Call call, Continuations.Brought result, Inference by, @Nullable String arguments) {
        boolean ours = executed(call) || forgotten(call) || unheard(call, by);
        var verdict = ours ? Verdict.OURS : verdict(call, by.seq);
        if (verdict == Verdict.OURS) {
            return;
        }
        var draft = draft(call, result, by, arguments);
        var run = call.run();
        if (!run.ended) {
            run.covers(draft.startNanos(), draft.endNanos());
        }
        var span = new HeldSpan(draft.spanId(), null, false, List.of(link(call)), link());
        if (verdict == Verdict.LOCAL) {
            release(call, span, draft);
        } else {
            scope.emit(draft.with(Snapshots.local(scope, call, span, by)));
            call.inferred = span;
            waitFor(call, by.seq);
        }
    }

    private void waitFor(Call call, long until) {
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                for (var execution : tool.unlinked.subMap(call.seq, until).values()) {
                    if (!execution.settled) {
                        execution.inferring.add(call);
                    }
                }
            }
        }
    }

    private Verdict verdict(Call call, long until) {
        if (scope.calls.names().forgotten() >= call.seq) {
            return Verdict.OURS;
        }
        var verdict = Verdict.LOCAL;
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                if (tool.forgotten >= call.seq) {
                    return Verdict.OURS;
                }
                for (var execution : tool.unlinked.subMap(call.seq, until).values()) {
                    if (execution.settled) {
                        return Verdict.OURS;
                    }
                    verdict = Verdict.OPEN;
                }
            }
        }
        return verdict;
    }

    private static boolean executed(Call call) {
        return !call.linked.isEmpty()
                || call.toolSpanId != null
                || call.executions.stream().anyMatch(LocalTools::mayBeIts);
    }

    /// An earlier process may have executed it and released that without a link.
    private boolean forgotten(Call call) {
        return scope.beforeResume(call.seq)
                && call.entries().stream().anyMatch(entry -> entry.group.ours);
    }

    /// A replica may have executed it of which we do not hear.
    private boolean unheard(Call call, Inference by) {
        return scope.missing.executionsWithin(call.issuedNanos, by.readNanos);
    }

    /// Linked to an equal call of the same answer by issue order alone.
    private static boolean mayBeIts(Execution execution) {
        return execution.settled && execution.byOrder;
    }

    /// One that an earlier process left undecided.
    void restored(Call call) {
        if (call.echoedBy != null) {
            waitFor(call, call.echoedBy.seq);
        }
        recheck(call);
    }

    /// An execution that may have been the call's has been settled.
    void recheck(Call call) {
        var span = call.inferred;
        if (span == null || call.echoedBy == null) {
            return;
        }
        var verdict = executed(call) ? Verdict.OURS : verdict(call, call.echoedBy.seq);
        if (verdict == Verdict.OPEN) {
            return;
        }
        call.inferred = null;
        if (verdict == Verdict.LOCAL) {
            release(call, span, null);
        } else {
            scope.emit(new JournalRecord.Withdrawn(span.spanId()));
            scope.subAgents.notShown(call);
        }
    }

    private void release(Call call, HeldSpan span, JournalRecord.@Nullable Draft draft) {
        call.toolSpanId = span.spanId();
        call.linkMethod = Method.RESULT.key();
        call.linkConfidence = "certain";
        scope.emit(
                Spans.release(
                        call.run(),
                        span,
                        draft,
                        Snapshots.link(
                                scope, call, span.spanId(), Method.RESULT.key(), "certain")));
        scope.subAgents.shown(call);
    }

    /// Its span may still appear.
    boolean undecided(Call call) {
        return call.inferred != null
                || call.executions.stream().anyMatch(execution -> !execution.settled)
                || call.linked.stream().anyMatch(execution -> !execution.settled);
    }

    private static Map<String, Object> link() {
        return Map.of(
                "spangate.link.method", Method.RESULT.key(), "spangate.link.confidence", "certain");
    }

    private static JournalRecord.SpanLink link(Call call) {
        return new JournalRecord.SpanLink(call.run().traceId(), call.by.spanId, link());
    }

    /// From the answer's end to the start of the inference that echoes the result.
    private JournalRecord.Draft draft(
            Call call, Continuations.Brought result, Inference by, @Nullable String arguments) {
        Map<String, Object> attributes = attributes(call.name(), call.id(), "inferred");
        call.by.capture.and(by.capture).onto(attributes);
        if (result.error()) {
            attributes.put("error.type", "tool_error");
        }
        long start = Math.max(call.issuedNanos, call.by.endNanos);
        return span(
                call.name(),
                Math.min(start, by.readNanos),
                by.readNanos,
                result.error(),
                arguments,
                String.join("\n", result.texts()),
                attributes);
    }

    static Map<String, Object> attributes(String tool, @Nullable String id, String observed) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("gen_ai.operation.name", "execute_tool");
        attributes.put("gen_ai.tool.name", tool);
        attributes.put("spangate.tool.observed", observed);
        if (id != null) {
            attributes.put("gen_ai.tool.call.id", id);
        }
        return attributes;
    }

    static JournalRecord.Draft span(
            String tool,
            long start,
            long end,
            boolean error,
            @Nullable String input,
            @Nullable String output,
            Map<String, Object> attributes) {
        return new JournalRecord.Draft(
                JoinedTraces.spanId(),
                ObservationType.TOOL,
                "execute_tool " + tool,
                false,
                start,
                Math.max(start, end),
                error ? Level.ERROR : Level.DEFAULT,
                error ? "the tool reported an error" : null,
                error,
                0,
                input,
                output,
                null,
                null,
                null,
                Map.of(),
                attributes,
                null);
    }
}
