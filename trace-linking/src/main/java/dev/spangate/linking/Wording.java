package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Turns a [Judgement] into words; done when somebody asks, never on a request's way.
final class Wording {
    private Wording() {}

    static Explanation of(String scope, Judgement judged, LinkingConfig config) {
        boolean linked = judged.method() != Method.NONE;
        return new Explanation(
                scope,
                judged.caller(),
                judged.spanId(),
                judged.traceId(),
                judged.tool(),
                judged.startNanos(),
                judged.state().name().toLowerCase(Locale.ROOT),
                judged.method().key(),
                linked ? judged.certain() ? "certain" : "probable" : null,
                linked ? judged.calls().getFirst().inferenceSpanId() : null,
                judged.reason(),
                sent(judged),
                Math.max(judged.candidates(), judged.calls().size()),
                judged.calls().stream().map(Wording::candidate).toList(),
                List.of(),
                judged.certain() ? List.of() : advice(judged, config));
    }

    private static Explanation.Candidate candidate(JudgedCall call) {
        return new Explanation.Candidate(
                call.id(),
                call.name(),
                call.inferenceSpanId(),
                call.traceId(),
                call.issuedNanos(),
                call.linked(),
                call.takenBy(),
                words(call, true),
                words(call, false));
    }

    private static List<String> words(JudgedCall call, boolean speaksFor) {
        return call.clues().stream()
                .filter(clue -> clue.speaksFor() == speaksFor)
                .map(Clue::words)
                .toList();
    }

    private static Map<String, String> sent(Judgement judged) {
        Map<String, String> sent = new TreeMap<>(judged.ids());
        if (!judged.callIds().isEmpty()) {
            sent.put("callId", String.join(", ", judged.callIds()));
        }
        if (judged.callerTraceId() != null) {
            sent.put("traceId", judged.callerTraceId());
        }
        return sent;
    }

    private static List<String> advice(Judgement judged, LinkingConfig config) {
        List<String> advice = new ArrayList<>();
        if (judged.unknownKey() != null) {
            advice.add(
                    "its params._meta holds the id of a tool call under \"%s\": add that key to linking.call-id-keys"
                            .formatted(judged.unknownKey()));
        } else if (judged.callIds().isEmpty() && !config.callIdKeys().isEmpty()) {
            advice.add(
                    "the model's tool-call id in params._meta of tools/call, under one of "
                            + String.join(", ", config.callIdKeys()));
        }
        if (judged.ids().isEmpty()) {
            advice.add(
                    "the same session id on both legs: x-session-id on the LLM request, sessionId in"
                            + " params._meta of tools/call");
        }
        if (judged.callerTraceId() == null) {
            advice.add("one W3C traceparent per turn on both legs");
        }
        advice.add("a key of its own per agent, so that agents are not told apart by content");
        if (judged.calls().isEmpty()) {
            advice.add("the agent's model requests through this gateway, under the same key");
        }
        return advice;
    }

    /// A call that no execution was linked to and none fits.
    static Explanation unexecuted(String scope, Call call, List<String> executions) {
        boolean shown = call.toolSpanId != null;
        String reason =
                shown
                        ? "answered without passing through this gateway"
                        : call.open
                                ? "open: no execution with these arguments has begun"
                                : "closed without an execution that fits";
        String state = shown ? "linked" : call.open ? "waiting" : "unlinked";
        return new Explanation(
                scope,
                null,
                call.toolSpanId,
                call.run().traceId(),
                Judgement.cut(call.name()),
                call.issuedNanos,
                state,
                call.linkMethod == null ? Method.NONE.key() : call.linkMethod,
                call.linkConfidence,
                call.by.spanId,
                reason,
                Map.of(),
                0,
                List.of(),
                executions,
                List.of());
    }
}
