package dev.spangate.linking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Any other operation; may have children (one per backend on fan-out).
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws.
public final class OperationRecording implements AutoCloseable {
    private final Engine engine;
    private final OperationStart start;
    private final Place place;
    private final SpanRef span;
    private final @Nullable String parent;
    private final long startNanos;
    private boolean ended;

    private OperationRecording(
            Engine engine, OperationStart start, Place place, @Nullable String parent) {
        this.engine = engine;
        this.start = start;
        this.place = place;
        this.span = new SpanRef(place.traceId(), JoinedTraces.spanId());
        this.parent = parent;
        this.startNanos = engine.clock().now();
    }

    /// A trace of its own, or where rule J puts it.
    static OperationRecording of(Engine engine, OperationStart start) {
        var place = engine.joined().place(start.origin(), false, engine.clock().now());
        return new OperationRecording(engine, start, place, null);
    }

    /// Trace and span id, fixed.
    public SpanRef span() {
        return span;
    }

    /// A child in the same trace.
    public OperationRecording child(OperationStart child) {
        return new OperationRecording(engine, child, place, span.spanId());
    }

    /// It has ended.
    public void end(Outcome outcome, @Nullable String output, Map<String, Object> more) {
        if (ended) {
            engine.counters().secondEnd();
            return;
        }
        ended = true;
        boolean remote = parent == null && place.parent() != null;
        engine.out()
                .add(
                        new JournalRecord.Release(
                                span.spanId(),
                                place.traceId(),
                                parent != null ? parent : place.parent(),
                                remote,
                                false,
                                Spans.unplaced(start.origin(), place, null),
                                parent != null ? List.of() : place.links(),
                                Map.of(),
                                draft(outcome, output, more),
                                null,
                                remote ? joined() : null));
        engine.out().flush();
    }

    private @Nullable String joined() {
        return Snapshots.joined(start.origin().scope(), place, engine.clock().now());
    }

    private JournalRecord.Draft draft(
            Outcome outcome, @Nullable String output, Map<String, Object> more) {
        Map<String, Object> attributes = new HashMap<>(start.origin().attributes());
        attributes.putAll(start.attributes());
        attributes.putAll(more);
        var status = Spans.Status.of(outcome);
        status.onto(attributes);
        return new JournalRecord.Draft(
                span.spanId(),
                ObservationType.SPAN,
                start.name(),
                start.client(),
                startNanos,
                Math.max(startNanos, engine.clock().now()),
                status.level() == Level.DEFAULT ? start.level() : status.level(),
                status.message(),
                status.error(),
                0,
                start.input(),
                output,
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
            end(new Outcome.Cancelled(), null, Map.of());
        }
    }
}
