package dev.spangate.linking;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Any other operation; may have children (one per backend on fan-out).
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws.
public final class OperationRecording implements AutoCloseable {
    private final TraceLinker linker;
    private final OperationStart start;
    private final SpanRef span;
    private final @Nullable String parent;
    private final long startNanos;
    private boolean ended;

    OperationRecording(
            TraceLinker linker, OperationStart start, SpanRef span, @Nullable String parent) {
        this.linker = linker;
        this.start = start;
        this.span = span;
        this.parent = parent;
        this.startNanos = linker.now();
    }

    /// Trace and span id, fixed.
    public SpanRef span() {
        return span;
    }

    /// A child in the same trace.
    public OperationRecording child(OperationStart child) {
        return new OperationRecording(
                linker, child, new SpanRef(span.traceId(), linker.hex()), span.spanId());
    }

    /// It has ended.
    public void end(Outcome outcome, @Nullable String output, Map<String, Object> more) {
        if (ended) {
            return;
        }
        ended = true;
        var attributes = new HashMap<>(start.attributes());
        attributes.putAll(more);
        boolean failed = !(outcome instanceof Outcome.Completed);
        var draft =
                new JournalRecord.Draft(
                        span.spanId(),
                        ObservationType.SPAN,
                        start.name(),
                        start.client(),
                        startNanos,
                        Math.max(startNanos, linker.now()),
                        failed ? Level.ERROR : start.level(),
                        null,
                        failed,
                        0,
                        start.input(),
                        output,
                        null,
                        null,
                        null,
                        Map.of(),
                        attributes,
                        null);
        linker.release(draft, span, parent, start.origin());
    }

    /// Without an end before: cancelled.
    @Override
    public void close() {
        if (!ended) {
            end(new Outcome.Cancelled(), null, Map.of());
        }
    }
}
