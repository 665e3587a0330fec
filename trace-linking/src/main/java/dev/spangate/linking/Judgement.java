package dev.spangate.linking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How an execution was judged, as plain values of bounded size (rules L10, L11): what is left of
/// it for explanations once its link is final.
///
/// @param spanId its span
/// @param traceId the trace it is in, as far as that is known
/// @param caller who executed
/// @param tool the executed tool
/// @param startNanos when its request was read
/// @param state how far it has come
/// @param method what found the link; NONE without one
/// @param certain a link that is certain
/// @param reason why, or why not
/// @param callIds call ids that the client named
/// @param ids session and thread ids that it sent, by kind
/// @param callerTraceId the trace id that it sent
/// @param unknownKey a key of `params._meta` that is not configured and held the id of a call
/// @param candidates open calls of that tool at its start
/// @param calls what it may have answered, the linked one first
record Judgement(
        String spanId,
        String traceId,
        String caller,
        String tool,
        long startNanos,
        State state,
        Method method,
        boolean certain,
        String reason,
        List<String> callIds,
        Map<String, String> ids,
        @Nullable String callerTraceId,
        @Nullable String unknownKey,
        long candidates,
        List<JudgedCall> calls) {
    private static final int MAX_TEXT = 200;
    private static final int MAX_IDS = 8;

    /// More would not be read.
    private static final int MAX_CALLS = 16;

    enum State {
        RUNNING,
        WAITING,
        LINKED,
        UNLINKED
    }

    static Judgement of(Scope scope, Execution execution) {
        var call = execution.call;
        boolean linked = call != null && (execution.settled || execution.certain);
        var method = execution.method;
        return new Judgement(
                execution.span.spanId(),
                traceId(execution, linked),
                execution.origin.caller(),
                cut(execution.tool.tool.name()),
                execution.facts.startNanos(),
                state(execution, linked),
                linked && method != null ? method : Method.NONE,
                linked && execution.certain,
                reason(scope, execution, linked),
                execution.facts.callIds().stream().limit(MAX_IDS).map(Judgement::cut).toList(),
                cut(execution.ids()),
                execution.facts.traceId(),
                execution.unknownKey,
                execution.candidates,
                calls(scope, execution));
    }

    private static String traceId(Execution execution, boolean linked) {
        var call = execution.call;
        if (linked && call != null) {
            return call.run().traceId();
        }
        var place = execution.place;
        return place == null ? execution.span.traceId() : place.traceId();
    }

    private static State state(Execution execution, boolean linked) {
        if (!execution.ended) {
            return State.RUNNING;
        }
        return !execution.settled ? State.WAITING : linked ? State.LINKED : State.UNLINKED;
    }

    private static List<JudgedCall> calls(Scope scope, Execution execution) {
        Set<Call> told = new LinkedHashSet<>();
        if (execution.call != null) {
            told.add(execution.call);
        }
        told.addAll(execution.narrowed.fitting());
        told.addAll(execution.alike);
        told.addAll(execution.others);
        List<JudgedCall> calls = new ArrayList<>(Math.min(told.size(), MAX_CALLS));
        for (var call : told) {
            if (calls.size() < MAX_CALLS) {
                calls.add(JudgedCall.of(scope, execution, call));
            }
        }
        return calls;
    }

    private static String reason(Scope scope, Execution execution, boolean linked) {
        if (linked) {
            return linkedBecause(execution);
        }
        if (!execution.ended) {
            return "it has not ended yet";
        }
        if (!execution.settled) {
            return "a result may still tell: calls that it can answer are open";
        }
        if (execution.candidates > 0 || !execution.narrowed.fitting().isEmpty()) {
            return execution.reason;
        }
        if (!scope.nodes.any()) {
            return "no model answer of this caller has passed through this gateway";
        }
        return execution.facts.callIds().isEmpty()
                ? "no call of this tool was open for this caller when it began"
                : "the client names a call id that fits no open call of this tool";
    }

    private static String linkedBecause(Execution execution) {
        if (execution.certain && execution.narrowed.atOnce()) {
            return execution.method == Method.SESSION
                    ? "the client sent the same session id on both legs, and one open call had these arguments"
                    : "the client named the call";
        }
        if (execution.certain) {
            return "the result that was echoed to the model is this execution's";
        }
        if (execution.retried) {
            return "an earlier attempt: a later execution with these arguments answered the call";
        }
        return execution.byOrder
                ? "one answer asked for it; which of its equal calls is issue order"
                : "the only call that fits, which no echoed result has confirmed";
    }

    private static Map<String, String> cut(Map<String, String> ids) {
        Map<String, String> found = new TreeMap<>();
        ids.forEach((kind, id) -> {
            if (found.size() < MAX_IDS) {
                found.put(cut(kind), cut(id));
            }
        });
        return found;
    }

    /// Clients choose ids and names: their length is bounded before they are kept.
    static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }
}
