package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.JournalRecord.SpanLink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The spans of rule T as records: pure functions over the state.
final class Spans {
    private Spans() {}

    /// Rule T3: what every span of a run carries.
    static RunAttributes attributes(
            String runId, Origin origin, Place place, Conversation conversation) {
        return new RunAttributes(
                runId,
                place.name(),
                conversation.sessionId(),
                conversation.user != null ? conversation.user : user(origin),
                origin.tags(),
                origin.environment(),
                origin.caller(),
                place.traceLevel());
    }

    /// The same for what belongs to no run.
    static RunAttributes unplaced(Origin origin, Place place, @Nullable String mcpSession) {
        return new RunAttributes(
                place.traceId(),
                place.name(),
                origin.session() != null ? origin.session() : mcpSession,
                user(origin),
                origin.tags(),
                origin.environment(),
                origin.caller(),
                place.traceLevel());
    }

    private static @Nullable String user(Origin origin) {
        if (origin.user() != null) {
            return origin.user();
        }
        return origin.caller().equals("anonymous") ? null : origin.caller();
    }

    /// The caller's trace id as far as its mode uses it.
    static @Nullable String usedTraceId(Origin origin) {
        var context = origin.context();
        return context == null || origin.mode() == TraceMode.IGNORE ? null : context.traceId();
    }

    /// A span of a run, below its top span or, without one, where the run's place says.
    static Release release(Run run, HeldSpan span) {
        return release(run, span, null, null);
    }

    static Release release(
            Run run, HeldSpan span, @Nullable Draft draft, @Nullable String evidence) {
        boolean topped = run.topped;
        List<SpanLink> links = new ArrayList<>(span.links());
        if (!topped && span.generation()) {
            links.addAll(run.place.links());
        }
        return new Release(
                span.spanId(),
                run.traceId(),
                span.parent() != null ? span.parent() : topped ? run.topSpanId : run.place.parent(),
                !topped && span.parent() == null && run.place.parent() != null,
                !topped && span.generation() && run.place.appRoot(),
                run.attributes,
                links,
                span.attributes(),
                draft,
                topped && span.generation() ? run.topSpanId : null,
                evidence);
    }

    /// The draft of a run's top span.
    static Draft top(Run run, String reason) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("gen_ai.operation.name", "invoke_agent");
        attributes.put("gen_ai.agent.name", run.agentName);
        attributes.put("spangate.run.end", reason);
        run.capture.onto(attributes);
        boolean unanswered = run.lastAnswerSpanId == null;
        boolean warned = run.lastFailed;
        return new Draft(
                run.topSpanId,
                ObservationType.AGENT,
                "invoke_agent " + run.agentName,
                false,
                run.startNanos,
                Math.max(run.startNanos, run.endNanos),
                warned ? Level.WARNING : Level.DEFAULT,
                warned ? "the last step failed or was aborted" : null,
                false,
                0,
                null,
                null,
                run.firstSpanId,
                unanswered ? null : run.lastAnswerSpanId,
                null,
                Map.of(),
                attributes,
                null);
    }

    /// @param draft null if it has been written before
    static Release topRelease(Run run, @Nullable Draft draft, @Nullable String parent) {
        boolean ownTop = run.parentCall == null && !run.takesUp;
        List<SpanLink> links = ownTop || run.parentCall != null ? run.place.links() : List.of();
        return new Release(
                run.topSpanId,
                run.traceId(),
                parent,
                ownTop && run.place.parent() != null,
                ownTop && run.place.appRoot(),
                run.attributes,
                links,
                Map.of(),
                draft,
                null,
                null);
    }

    /// A held span whose owner was lost with a killed process: a trace of its own.
    static Release orphan(HeldSpan span, String trace, String scope) {
        var run = new RunAttributes(trace, scope, null, null, List.of(), null, scope, true);
        return new Release(
                span.spanId(),
                trace,
                null,
                false,
                false,
                run,
                span.links(),
                span.attributes(),
                null,
                null,
                null);
    }

    /// Type and status of a span, from how its exchange ended.
    record Status(Level level, @Nullable String message, boolean error, @Nullable String type) {
        static Status of(Outcome outcome) {
            return switch (outcome) {
                case Outcome.Completed() -> new Status(Level.DEFAULT, null, false, null);
                case Outcome.Failed(var type, var text) ->
                        new Status(Level.ERROR, text, true, type);
                case Outcome.Refused(var type, var text) ->
                        new Status(Level.ERROR, text, true, type);
                case Outcome.Cancelled() ->
                        new Status(
                                Level.WARNING,
                                "the client left before the end",
                                false,
                                "client_disconnected");
            };
        }

        void onto(Map<String, Object> attributes) {
            if (type != null) {
                attributes.put("error.type", type);
            }
        }
    }

    static Draft guardrail(String spanId, Guardrail guardrail) {
        Map<String, Object> attributes = new HashMap<>(guardrail.attributes());
        attributes.put("spangate.guardrail.phase", guardrail.phase());
        attributes.put("spangate.guardrail.action", guardrail.action());
        return new Draft(
                spanId,
                ObservationType.GUARDRAIL,
                "guardrail " + guardrail.name(),
                false,
                guardrail.startNanos(),
                Math.max(guardrail.startNanos(), guardrail.endNanos()),
                Level.WARNING,
                guardrail.summary(),
                false,
                0,
                json("phase", guardrail.phase()),
                json("action", guardrail.action()),
                null,
                null,
                null,
                Map.of(),
                attributes,
                null);
    }

    private static String json(String key, String value) {
        return CanonicalJson.MAPPER.createObjectNode().put(key, value).toString();
    }

    static Draft attempt(String spanId, Attempt attempt) {
        Map<String, Object> attributes = new HashMap<>(attempt.attributes());
        boolean failed = attempt.errorType() != null;
        if (failed) {
            attributes.put("error.type", attempt.errorType());
        }
        return new Draft(
                spanId,
                ObservationType.ATTEMPT,
                "POST",
                true,
                attempt.startNanos(),
                Math.max(attempt.startNanos(), attempt.endNanos()),
                failed ? Level.ERROR : Level.DEFAULT,
                attempt.errorType(),
                failed,
                0,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                attributes,
                null);
    }
}
