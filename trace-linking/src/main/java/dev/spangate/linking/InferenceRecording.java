package dev.spangate.linking;

import java.util.HashMap;

/// One inference, from its request to the end of its answer.
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws.
public final class InferenceRecording implements AutoCloseable {
    private final TraceLinker linker;
    private final InferenceStart start;
    private final SpanRef span;
    private long startNanos;
    private long firstTokenNanos;
    private boolean ended;

    InferenceRecording(TraceLinker linker, InferenceStart start, SpanRef span) {
        this.linker = linker;
        this.start = start;
        this.span = span;
        this.startNanos = linker.now();
    }

    /// Trace and span id, fixed.
    public SpanRef span() {
        return span;
    }

    /// Policy lets the request go: the span starts now (rule T2).
    public void sent() {
        startNanos = linker.now();
    }

    /// A policy acted on the request or the answer.
    public void guardrail(Guardrail guardrail) {}

    /// An upstream try has ended.
    public void attempt(Attempt attempt) {}

    /// The first token has arrived from upstream.
    public void firstToken() {
        if (firstTokenNanos == 0) {
            firstTokenNanos = linker.now();
        }
    }

    /// A tool call is complete and may leave us from now on: call it BEFORE its last byte is
    /// written to the client (rule L6).
    public void toolCall(ToolCall call) {}

    /// A tool that the provider executed inside the answer has its result.
    public void toolResult(ToolResult result) {}

    /// Something was sent to the client that could not be read: a tool call may be missing, so
    /// nothing near it is linked by elimination or as probable (rule L5).
    public void unread() {}

    /// Content of the answer has reached the client (rule R, "answered").
    public void answered() {}

    /// The answer has ended; for an unstreamed one call it before the last piece is written (L6).
    public void end(InferenceEnd end) {
        if (ended) {
            return;
        }
        ended = true;
        var attributes = new HashMap<>(start.attributes());
        attributes.putAll(end.attributes());
        attributes.put("gen_ai.operation.name", start.operation());
        attributes.put("gen_ai.provider.name", start.provider());
        attributes.put("gen_ai.request.model", start.model());
        var draft =
                new JournalRecord.Draft(
                        span.spanId(),
                        ObservationType.GENERATION,
                        start.operation() + " " + start.model(),
                        true,
                        startNanos,
                        Math.max(startNanos, linker.now()),
                        Level.DEFAULT,
                        null,
                        false,
                        firstTokenNanos,
                        start.input(),
                        end.output(),
                        null,
                        null,
                        end.usage(),
                        end.cost(),
                        attributes,
                        null);
        linker.release(draft, span, null, start.origin());
    }

    /// Without an end before: the client left (rule T5).
    @Override
    public void close() {
        if (!ended) {
            end(InferenceEnd.of(new Outcome.Cancelled()));
        }
    }
}
