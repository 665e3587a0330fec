package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The latest executions, so that their links can be explained (rule L10). Safe for threads; words
/// are made when somebody asks.
final class Explanations {
    private static final int KEPT = 5_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Known> bySpan = new LinkedHashMap<>();

    private record Known(Scope scope, Execution execution) {}

    void add(Scope scope, Execution execution) {
        lock.lock();
        try {
            bySpan.put(execution.span.spanId(), new Known(scope, execution));
            if (bySpan.size() > KEPT) {
                bySpan.remove(bySpan.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    List<Explanation> explain(String id, Collection<Scope> scopes) {
        Known known;
        lock.lock();
        try {
            known = bySpan.get(id);
        } finally {
            lock.unlock();
        }
        List<Explanation> found = new ArrayList<>(1);
        if (known != null) {
            known.scope().locked(() -> found.add(explain(known.scope(), known.execution())));
            return found;
        }
        for (var scope : scopes) {
            scope.locked(() -> byCallId(scope, id, found));
        }
        return found;
    }

    private static void byCallId(Scope scope, String id, List<Explanation> found) {
        int calls = 0;
        for (var call = scope.calls.byId(id);
                call != null && calls++ < Execution.MAX_EDGES;
                call = call.sameId) {
            Set<Execution> executions = new LinkedHashSet<>(call.linked);
            executions.addAll(call.executions);
            for (var execution : executions) {
                found.add(explain(scope, execution));
            }
            if (executions.isEmpty()) {
                found.add(unexecuted(call));
            }
        }
    }

    private static Explanation unexecuted(Call call) {
        String reason =
                call.toolSpanId != null
                        ? "answered without passing through this gateway"
                        : call.open
                                ? "open: no execution with these arguments has begun"
                                : "closed without an execution that fits";
        return new Explanation(
                call.toolSpanId,
                call.name,
                call.toolSpanId != null ? "linked" : call.open ? "waiting" : "unlinked",
                call.linkMethod == null ? Method.NONE.key() : call.linkMethod,
                call.linkConfidence,
                call.by.spanId,
                reason,
                0,
                List.of(),
                List.of());
    }

    private static Explanation explain(Scope scope, Execution execution) {
        var call = execution.call;
        boolean linked = call != null && (execution.settled || execution.certain);
        List<Explanation.Candidate> candidates = new ArrayList<>();
        Set<Call> told = new LinkedHashSet<>();
        if (call != null) {
            told.add(call);
        }
        told.addAll(execution.narrowed.fitting());
        told.addAll(execution.alike);
        told.addAll(execution.others);
        for (var one : told) {
            candidates.add(candidate(scope, execution, one));
        }
        return new Explanation(
                execution.span.spanId(),
                execution.tool.tool.name(),
                state(execution, linked),
                method(execution, linked),
                linked ? execution.certain ? "certain" : "probable" : null,
                linked && call != null ? call.by.spanId : null,
                reason(execution, linked),
                Math.max(execution.candidates, candidates.size()),
                candidates,
                linked && execution.certain ? List.of() : advice(scope, execution));
    }

    private static String state(Execution execution, boolean linked) {
        if (!execution.ended) {
            return "running";
        }
        return !execution.settled ? "waiting" : linked ? "linked" : "unlinked";
    }

    private static String method(Execution execution, boolean linked) {
        var method = execution.method;
        return (linked && method != null ? method : Method.NONE).key();
    }

    private static String reason(Execution execution, boolean linked) {
        if (linked && execution.certain) {
            return execution.narrowed.atOnce()
                    ? "the client named the call"
                    : "the echoed result is this execution's";
        }
        if (linked) {
            return execution.byOrder
                    ? "one inference asked for it; which of its equal calls is issue order"
                    : "the only call that fits, which no echoed result has confirmed";
        }
        if (!execution.settled) {
            return execution.ended
                    ? "a result may still tell: calls that it can answer are open"
                    : "it has not ended yet";
        }
        if (execution.candidates == 0 && execution.narrowed.fitting().isEmpty()) {
            return "no call of this tool was open in this link scope when it began";
        }
        return execution.reason;
    }

    private static Explanation.Candidate candidate(Scope scope, Execution execution, Call call) {
        List<String> reasonsFor = new ArrayList<>();
        List<String> against = new ArrayList<>();
        var facts = execution.facts;
        if (call.id != null && facts.callIds().contains(call.id)) {
            reasonsFor.add("the execution names its id");
        } else if (!facts.callIds().isEmpty()) {
            against.add("the execution names another call id");
        }
        boolean equal = Executions.equal(call, execution.tool, facts);
        (equal ? reasonsFor : against).add(equal ? "equal arguments" : "other arguments");
        if (!Matcher.agree(call.ids(), execution.ids())) {
            against.add("another session or thread");
        } else if (Matcher.shares(call.ids(), execution.ids())) {
            reasonsFor.add("the same session or thread");
        }
        if (facts.traceId() != null && call.by.traceId != null) {
            boolean same = facts.traceId().equals(call.by.traceId);
            (same ? reasonsFor : against).add(same ? "the same trace" : "another trace");
        }
        addFate(scope, execution, call, reasonsFor, against);
        return new Explanation.Candidate(
                call.id, call.name, call.by.spanId, call == execution.call, reasonsFor, against);
    }

    private static void addFate(
            Scope scope,
            Execution execution,
            Call call,
            List<String> reasonsFor,
            List<String> against) {
        long window = scope.engine.config().window().toNanos();
        if (execution.alike.contains(call)) {
            reasonsFor.add("its echo holds this execution's result");
        }
        if (call == execution.call && execution.certain && !execution.narrowed.atOnce()) {
            reasonsFor.add("its echo is this execution's result");
        }
        if (call.issuedNanos < execution.facts.startNanos() - window) {
            against.add("issued longer ago than linking.window");
        }
        if (!call.linked.isEmpty() && !call.linked.contains(execution)) {
            against.add("linked to another execution");
        }
        for (var entry : call.entries) {
            if (entry.group.several && execution.tool.groups.contains(entry.group)) {
                against.add("its name means tools of several servers");
                return;
            }
        }
    }

    /// What the client could send.
    private static List<String> advice(Scope scope, Execution execution) {
        List<String> advice = new ArrayList<>();
        var keys = scope.engine.config().callIdKeys();
        if (execution.facts.callIds().isEmpty() && !keys.isEmpty()) {
            advice.add(
                    "the model's tool-call id in params._meta of tools/call, under one of "
                            + String.join(", ", keys));
        }
        if (execution.ids().isEmpty()) {
            advice.add(
                    "the same session id on both legs: x-session-id on the LLM request, sessionId in"
                            + " params._meta of tools/call");
        }
        if (execution.facts.traceId() == null) {
            advice.add("one W3C traceparent per turn on both legs");
        }
        advice.add("a key of its own per agent, so that agents are not told apart by content");
        return advice;
    }
}
