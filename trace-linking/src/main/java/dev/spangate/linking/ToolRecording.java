package dev.spangate.linking;

import java.util.HashMap;
import java.util.Map;

/// One tool execution, from its request to its result.
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws.
public final class ToolRecording implements AutoCloseable {
    private final TraceLinker linker;
    private final ToolStart start;
    private final SpanRef span;
    private long startNanos;
    private boolean ended;

    ToolRecording(TraceLinker linker, ToolStart start, SpanRef span) {
        this.linker = linker;
        this.start = start;
        this.span = span;
        this.startNanos = linker.now();
    }

    /// The context to propagate upstream (rule L7); its final place may differ.
    public SpanRef span() {
        return span;
    }

    /// Policy lets the request go: the span starts now (rule T2).
    public void sent() {
        startNanos = linker.now();
    }

    /// A policy acted on the arguments or the result.
    public void guardrail(Guardrail guardrail) {}

    /// The result is known: call it BEFORE its last byte is written to the client, who may echo it
    /// to a model faster than [#end] is reached (rules L4, L6). The span's end.
    ///
    /// @param result JSON text of the MCP result as SENT to the caller
    public void result(String result) {}

    /// The execution has ended; called after the result was written to the client.
    public void end(ToolEnd end) {
        if (ended) {
            return;
        }
        ended = true;
        var attributes = new HashMap<>(start.attributes());
        attributes.putAll(end.attributes());
        attributes.put("gen_ai.operation.name", "execute_tool");
        attributes.put("gen_ai.tool.name", start.tool());
        var draft =
                new JournalRecord.Draft(
                        span.spanId(),
                        ObservationType.TOOL,
                        "tools/call " + start.tool(),
                        true,
                        startNanos,
                        Math.max(startNanos, linker.now()),
                        Level.DEFAULT,
                        null,
                        false,
                        0,
                        start.arguments(),
                        end.result(),
                        null,
                        null,
                        null,
                        Map.of(),
                        attributes,
                        null);
        linker.release(draft, span, null, start.origin());
    }

    /// Without an end before: cancelled.
    @Override
    public void close() {
        if (!ended) {
            end(new ToolEnd(new Outcome.Cancelled(), null, false, Map.of()));
        }
    }
}
