package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.SpanLink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Releases the span of an execution whose link is decided (rules T4, L7, L8, L10). Guarded by the
/// scope's lock.
final class LinkedSpans {
    private final Scope scope;

    LinkedSpans(Scope scope) {
        this.scope = scope;
    }

    /// Into the run of its call, with the method and confidence of the link.
    void linked(Execution execution, Call call) {
        String confidence = execution.certain ? "certain" : "probable";
        String method = method(execution).key();
        scope.engine.counters().linked(method, confidence);
        if (execution.certain) {
            scope.evidence.gone(execution);
        }
        var run = call.run();
        if (!run.ended && execution.only != run) {
            run.covers(execution.sentNanos, execution.endNanos);
        }
        var span =
                new HeldSpan(
                        execution.span.spanId(),
                        null,
                        false,
                        links(execution, call, method, confidence),
                        attributes(execution, call, method, confidence));
        // Before it: who resumes between two of these records still finds what is left.
        for (var beside : execution.beside) {
            scope.emit(Spans.release(run, beside));
        }
        scope.emit(
                Spans.release(
                        run,
                        span,
                        execution.draft,
                        Snapshots.link(scope, call, execution.span.spanId(), method, confidence)));
        execution.draft = null;
        call.toolSpanId = execution.span.spanId();
        call.linkMethod = method;
        scope.subAgents.shown(call);
        call.executions.forEach(scope::look);
    }

    private static List<SpanLink> links(
            Execution execution, Call call, String method, String confidence) {
        List<SpanLink> links = new ArrayList<>(2);
        links.add(
                new SpanLink(
                        call.run().traceId(),
                        call.by.spanId,
                        Map.of(
                                "spangate.link.method",
                                method,
                                "spangate.link.confidence",
                                confidence)));
        if (!execution.span.traceId().equals(call.run().traceId())) {
            links.add(new SpanLink(execution.span.traceId(), execution.span.spanId(), Map.of()));
        }
        links.addAll(JoinedTraces.linkTo(execution.origin));
        return links;
    }

    private static Map<String, Object> attributes(
            Execution execution, Call call, String method, String confidence) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("spangate.link.method", method);
        attributes.put("spangate.link.confidence", confidence);
        var id = call.id();
        if (id != null) {
            attributes.put("gen_ai.tool.call.id", id);
        }
        if (execution.byOrder) {
            attributes.put("spangate.link.call", "by-order");
        }
        int attempt = attempt(execution, call);
        if (attempt > 0) {
            attributes.put("spangate.tool.attempt", (long) attempt);
        }
        return attributes;
    }

    /// Which attempt at its call it was; 0 where there was only one.
    private static int attempt(Execution execution, Call call) {
        int earlier = 0;
        boolean others = false;
        Set<Execution> all = new HashSet<>(call.linked);
        for (var rival : call.executions) {
            if (rival.call == call || (rival.ended && Settling.retried(rival) == call)) {
                all.add(rival);
            }
        }
        for (var other : all) {
            if (other != execution) {
                others = true;
                earlier += other.seq < execution.seq ? 1 : 0;
            }
        }
        return others ? earlier + 1 : 0;
    }

    private static Method method(Execution execution) {
        return execution.method == null ? Method.RESULT : execution.method;
    }

    /// Rule L10.
    JournalRecord.Release unlinked(Execution execution) {
        var origin = execution.origin;
        var place =
                execution.place != null
                        ? execution.place
                        : scope.engine.joined().place(origin, false, scope.now());
        execution.place = place;
        List<SpanLink> links = new ArrayList<>(place.links());
        String trace = place.traceId();
        if (!trace.equals(execution.span.traceId())) {
            links.add(new SpanLink(execution.span.traceId(), execution.span.spanId(), Map.of()));
        }
        var run = Spans.unplaced(origin, place, execution.mcpSession);
        for (var beside : execution.beside) {
            scope.emit(below(execution, beside, trace, run));
        }
        var draft = execution.draft;
        execution.draft = null;
        return new JournalRecord.Release(
                execution.span.spanId(),
                trace,
                place.parent(),
                place.parent() != null,
                place.appRoot(),
                run,
                links,
                Map.of(
                        "spangate.link.method",
                        Method.NONE.key(),
                        "spangate.link.candidates",
                        execution.candidates),
                draft,
                null,
                Snapshots.joined(scope.name, place, scope.now()));
    }

    private static JournalRecord.Release below(
            Execution execution, HeldSpan beside, String trace, JournalRecord.RunAttributes run) {
        return new JournalRecord.Release(
                beside.spanId(),
                trace,
                execution.span.spanId(),
                false,
                false,
                run,
                List.of(),
                Map.of(),
                null,
                null,
                null);
    }
}
