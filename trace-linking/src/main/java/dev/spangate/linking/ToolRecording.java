package dev.spangate.linking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// One tool execution, from its request to its result.
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws. Called by
/// one thread at a time, except [#child].
public final class ToolRecording implements AutoCloseable {
    private static final int MAX_CHILDREN = 1_000;

    private final Scope scope;
    private final ToolStart start;
    private final @Nullable Execution execution;
    private final @Nullable SharedTool shared;
    private final SpanRef span;
    private final List<OperationRecording> children = new CopyOnWriteArrayList<>();
    private long startNanos;
    private long resultNanos;
    private boolean sent;
    private boolean ended;

    /// @param execution null where a fault kept the linker from matching it
    ToolRecording(Scope scope, ToolStart start, @Nullable Execution execution) {
        this.scope = scope;
        this.start = start;
        this.execution = execution;
        this.shared = null;
        this.span =
                execution == null
                        ? new SpanRef(JoinedTraces.traceId(), JoinedTraces.spanId())
                        : execution.span;
        this.startNanos = scope.now();
    }

    /// @param shared tells all replicas
    /// @param span what it carries upstream (rule S2)
    /// @param scope a scope of its own, for the time
    ToolRecording(Scope scope, ToolStart start, SharedTool shared, SpanRef span) {
        this.scope = scope;
        this.start = start;
        this.execution = null;
        this.shared = shared;
        this.span = span;
        this.startNanos = scope.now();
    }

    /// The context to propagate upstream (rule L7); its final place may differ.
    public SpanRef span() {
        return span;
    }

    /// Policy lets the request go: the span starts now (rule T2); where it goes several times, with
    /// the first.
    public void sent() {
        if (sent) {
            return;
        }
        sent = true;
        startNanos = scope.now();
        if (execution != null) {
            scope.step(() -> execution.sentNanos = startNanos);
        }
    }

    /// A policy acted on the arguments or the result.
    public void guardrail(Guardrail guardrail) {
        if (shared != null) {
            shared.guardrail(Spans.guardrail(JoinedTraces.spanId(), guardrail));
        }
        if (execution != null) {
            var draft = Spans.guardrail(JoinedTraces.spanId(), guardrail);
            scope.step(() -> scope.executions.guardrail(execution, draft));
        }
    }

    /// Something that this execution caused before its result, a question of its server for
    /// example: a child of the execution's span wherever that goes. What has not ended with the
    /// execution is cancelled with it.
    public OperationRecording child(OperationStart child) {
        var engine = scope.engine;
        if (execution == null) {
            return OperationRecording.below(engine, child, span, _ -> {});
        }
        var recording =
                OperationRecording.below(
                        engine,
                        child,
                        span,
                        draft -> scope.step(() -> scope.executions.child(execution, draft)));
        if (children.size() < MAX_CHILDREN) {
            children.add(recording);
        }
        return recording;
    }

    /// The result is known: call it BEFORE its last byte is written to the client, who may echo it
    /// to a model faster than [#end] is reached (rules L4, L6). The span's end.
    ///
    /// @param result JSON text of the MCP result as SENT to the caller
    public void result(String result) {
        children.forEach(OperationRecording::close);
        resultNanos = scope.now();
        record(result);
    }

    private void record(@Nullable String result) {
        var machine = shared == null ? null : shared.machine;
        if (shared != null && machine != null && result != null) {
            scope.guarded(() -> shared.result(ResultTexts.of(result, machine.engine.keyed())));
        }
        if (execution != null && result != null) {
            scope.guarded(() -> {
                var texts = ResultTexts.of(result, scope.engine.keyed());
                scope.step(() -> scope.executions.result(execution, texts));
            });
        }
    }

    /// The execution has ended; called after the result was written to the client.
    public void end(ToolEnd end) {
        if (ended) {
            scope.engine.counters().secondEnd();
            return;
        }
        ended = true;
        children.forEach(OperationRecording::close);
        if (resultNanos == 0) {
            record(end.result());
        }
        if (shared != null) {
            scope.guarded(() -> shared.end(end, draft(end)));
        }
        if (execution != null) {
            scope.guarded(() -> {
                var draft = draft(end);
                scope.step(() -> scope.executions.end(execution, end, draft));
            });
        }
    }

    private JournalRecord.Draft draft(ToolEnd end) {
        Map<String, Object> attributes = new HashMap<>(start.origin().attributes());
        start.origin().capture().onto(attributes);
        attributes.putAll(start.attributes());
        attributes.putAll(end.attributes());
        attributes.put("gen_ai.operation.name", "execute_tool");
        attributes.put("gen_ai.tool.name", start.tool());
        attributes.put("mcp.method.name", "tools/call");
        attributes.putIfAbsent("spangate.mcp.server", start.server());
        if (start.mcpSession() != null) {
            attributes.putIfAbsent("mcp.session.id", start.mcpSession());
        }
        var status = Spans.Status.of(end.outcome());
        status.onto(attributes);
        return new JournalRecord.Draft(
                span.spanId(),
                ObservationType.TOOL,
                "tools/call " + start.tool(),
                true,
                startNanos,
                Math.max(startNanos, resultNanos == 0 ? scope.now() : resultNanos),
                status.level(),
                status.message(),
                status.error(),
                0,
                start.arguments(),
                end.result(),
                null,
                null,
                null,
                Map.of(),
                attributes,
                null);
    }

    /// Without an end before: cancelled.
    @Override
    public void close() {
        if (!ended) {
            end(new ToolEnd(new Outcome.Cancelled(), null, false, Map.of()));
        }
    }
}
