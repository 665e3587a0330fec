package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One inference, from its request to the end of its answer.
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws. Called by
/// one thread at a time.
public final class InferenceRecording implements AutoCloseable {
    private final Scope scope;
    private final InferenceStart start;
    private final @Nullable Inference node;
    private final @Nullable SharedInference shared;
    private final SpanRef span;
    private final List<Attempt> attempts = new ArrayList<>(1);
    private final List<ProviderTool> providerTools = new ArrayList<>(0);
    private long startNanos;
    private long firstTokenNanos;
    private int reported;
    private boolean answered;
    private boolean ended;

    /// A tool that the provider executes inside the answer.
    private static final class ProviderTool {
        final ToolCall call;
        final long startNanos;
        long endNanos;
        @Nullable String result;
        boolean error;

        ProviderTool(ToolCall call, long startNanos) {
            this.call = call;
            this.startNanos = startNanos;
        }
    }

    /// @param node null where a fault kept the linker from placing it
    InferenceRecording(Scope scope, InferenceStart start, @Nullable Inference node) {
        this.scope = scope;
        this.start = start;
        this.node = node;
        this.shared = null;
        this.span =
                node == null
                        ? new SpanRef(JoinedTraces.traceId(), JoinedTraces.spanId())
                        : new SpanRef(node.run.traceId(), node.spanId);
        this.startNanos = scope.now();
    }

    /// @param shared tells all replicas (rule S2)
    /// @param scope a scope of its own, for the time
    InferenceRecording(Scope scope, InferenceStart start, SharedInference shared) {
        this.scope = scope;
        this.start = start;
        this.node = null;
        this.shared = shared;
        this.span = new SpanRef(JoinedTraces.traceId(), shared.span);
        this.startNanos = scope.now();
    }

    /// Trace and span id, fixed; with replicas the trace id is preliminary (rule S2).
    public SpanRef span() {
        return span;
    }

    /// Policy lets the request go: the span starts now (rule T2).
    public void sent() {
        startNanos = scope.now();
    }

    /// A policy acted on the request or the answer.
    public void guardrail(Guardrail guardrail) {
        if (shared != null) {
            shared.guardrail(Spans.guardrail(JoinedTraces.spanId(), guardrail));
        }
        if (node == null) {
            return;
        }
        scope.step(() -> {
            var draft = Spans.guardrail(JoinedTraces.spanId(), guardrail);
            scope.runs.beside(node.run, draft, HeldSpan.sibling(draft.spanId()));
        });
    }

    /// An upstream try has ended.
    public void attempt(Attempt attempt) {
        attempts.add(attempt);
    }

    /// The first token has arrived from upstream.
    public void firstToken() {
        if (firstTokenNanos == 0) {
            firstTokenNanos = scope.now();
        }
    }

    /// A tool call is complete and may leave us from now on: call it BEFORE its last byte is
    /// written to the client (rule L6).
    public void toolCall(ToolCall call) {
        if (node == null && shared == null) {
            return;
        }
        if (call.byProvider()) {
            providerTools.add(new ProviderTool(call, scope.now()));
            return;
        }
        reported++;
        if (shared != null) {
            shared.toolCall(call);
        }
        if (node == null) {
            return;
        }
        scope.guarded(() -> {
            var json = CanonicalJson.parse(call.arguments());
            var texts =
                    SubAgents.texts(
                            json,
                            start.messages(),
                            scope.engine.keyed(),
                            scope.isOurs(call.name()));
            scope.step(() -> scope.inferences.issue(node, call, json, texts));
        });
    }

    /// A tool that the provider executed inside the answer has its result.
    public void toolResult(ToolResult result) {
        for (var tool : providerTools) {
            boolean same = result.callId() == null || result.callId().equals(tool.call.id());
            if (tool.endNanos == 0 && same) {
                tool.endNanos = scope.now();
                tool.result = String.join("\n", result.texts());
                tool.error = result.error();
                return;
            }
        }
    }

    /// Something was sent to the client that could not be read: a tool call may be missing, so
    /// nothing near it is linked by elimination or as probable (rule L5).
    public void unread() {
        scope.engine.counters().unread();
        if (shared != null) {
            shared.unread();
            return;
        }
        scope.step(() -> {
            long from = node == null ? startNanos : node.readNanos;
            scope.missing.add(from, scope.now());
        });
    }

    /// Content of the answer has reached the client (rule R, "answered").
    public void answered() {
        if (shared != null && !answered) {
            answered = true;
            shared.answered();
        }
        if (node != null && !answered) {
            answered = true;
            scope.step(() -> scope.inferences.answered(node));
        }
    }

    /// The answer has ended; for an unstreamed one call it before the last piece is written (L6).
    public void end(InferenceEnd end) {
        if (ended) {
            scope.engine.counters().secondEnd();
            return;
        }
        ended = true;
        if (shared != null) {
            scope.guarded(() -> {
                reportRest(end);
                var provided = providerTools.stream().map(this::draft).toList();
                shared.end(end, draft(end), provided, attemptDrafts());
            });
        }
        if (node == null) {
            return;
        }
        scope.guarded(() -> {
            reportRest(end);
            var answer = answer(end);
            var draft = draft(end);
            scope.step(() -> {
                providerTools.forEach(tool -> scope.runs.provided(node, draft(tool)));
                scope.inferences.end(node, end, answer, draft, JoinedTraces.linkTo(start.origin()));
                releaseAttempts();
            });
        });
    }

    /// Calls that are in the answer but were not reported one by one.
    private void reportRest(InferenceEnd end) {
        if (end.answer() == null) {
            return;
        }
        var calls = end.answer().calls().stream().filter(call -> !call.byProvider()).toList();
        for (int i = reported; i < calls.size(); i++) {
            toolCall(calls.get(i));
        }
    }

    private Inferences.Answer answer(InferenceEnd end) {
        var keyed = scope.engine.keyed();
        var json = scope.engine.json();
        long responseId = end.responseId() == null ? 0 : keyed.id(end.responseId());
        var told = end.answer();
        if (told == null) {
            return new Inferences.Answer(0, 0, responseId);
        }
        return new Inferences.Answer(
                MessageHashes.answer(told, true, keyed, json),
                told.calls().isEmpty() ? 0 : MessageHashes.answer(told, false, keyed, json),
                responseId);
    }

    private JournalRecord.Draft draft(InferenceEnd end) {
        Map<String, Object> attributes = new HashMap<>(start.origin().attributes());
        start.origin().capture().onto(attributes);
        attributes.putAll(start.attributes());
        attributes.putAll(end.attributes());
        attributes.put("gen_ai.operation.name", start.operation());
        attributes.put("gen_ai.provider.name", start.provider());
        if (!start.model().isEmpty()) {
            attributes.put("gen_ai.request.model", start.model());
        }
        put(attributes, "gen_ai.response.model", end.responseModel());
        put(attributes, "gen_ai.response.id", end.responseId());
        if (!end.finishReasons().isEmpty()) {
            attributes.put("gen_ai.response.finish_reasons", end.finishReasons());
        }
        var status = Spans.Status.of(end.outcome());
        status.onto(attributes);
        boolean embedding = start.operation().equals("embeddings");
        return new JournalRecord.Draft(
                span.spanId(),
                embedding ? ObservationType.EMBEDDING : ObservationType.GENERATION,
                (start.operation() + " " + start.model()).strip(),
                true,
                startNanos,
                Math.max(startNanos, scope.now()),
                status.level(),
                status.message(),
                status.error(),
                firstTokenNanos,
                start.input(),
                end.output(),
                null,
                null,
                end.usage(),
                end.cost(),
                attributes,
                null);
    }

    private static void put(Map<String, Object> attributes, String key, @Nullable String value) {
        if (value != null) {
            attributes.put(key, value);
        }
    }

    private JournalRecord.Draft draft(ProviderTool tool) {
        long end = tool.endNanos == 0 ? scope.now() : tool.endNanos;
        var attributes = LocalTools.attributes(tool.call.name(), tool.call.id(), "provider");
        start.origin().capture().onto(attributes);
        if (tool.error) {
            attributes.put("error.type", "tool_error");
        }
        return LocalTools.span(
                tool.call.name(),
                tool.startNanos,
                end,
                tool.error,
                tool.call.arguments(),
                tool.result,
                attributes);
    }

    private void releaseAttempts() {
        if (node == null) {
            return;
        }
        for (var draft : attemptDrafts()) {
            scope.runs.place(node.run, draft, HeldSpan.below(span.spanId(), draft.spanId()));
        }
    }

    /// One where an inference needed more than one.
    private List<JournalRecord.Draft> attemptDrafts() {
        return attempts.size() < 2
                ? List.of()
                : attempts.stream()
                        .map(attempt -> Spans.attempt(JoinedTraces.spanId(), attempt))
                        .toList();
    }

    /// Without an end before: the client left (rule T5).
    @Override
    public void close() {
        if (!ended) {
            end(InferenceEnd.of(new Outcome.Cancelled()));
        }
    }
}
