package dev.spangate.linking;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Any other operation; may have children (one per backend on fan-out).
///
/// Exactly one of [#end] or [#close] counts; a second end is ignored. No method throws. May be
/// ended by another thread than the one that started it.
public final class OperationRecording implements AutoCloseable {
    private final Engine engine;
    private final OperationStart start;
    private final @Nullable Place place;
    private final SpanRef span;
    private final Consumer<JournalRecord.Draft> released;
    private final long startNanos;
    private final AtomicBoolean ended = new AtomicBoolean();

    private OperationRecording(
            Engine engine,
            OperationStart start,
            @Nullable Place place,
            SpanRef span,
            Consumer<JournalRecord.Draft> released) {
        this.engine = engine;
        this.start = start;
        this.place = place;
        this.span = span;
        this.released = released;
        this.startNanos = engine.clock().now();
    }

    /// A trace of its own, or where rule J puts it.
    static OperationRecording of(Engine engine, OperationStart start) {
        var place = engine.joined().place(start.origin(), false, engine.clock().now());
        var span = new SpanRef(place.traceId(), JoinedTraces.spanId());
        boolean remote = place.parent() != null;
        return new OperationRecording(
                engine,
                start,
                place,
                span,
                draft ->
                        release(
                                engine,
                                start,
                                place,
                                new At(place.parent(), remote, place.links()),
                                draft));
    }

    /// Something that a tool execution caused: its place is the execution's, which is not final.
    ///
    /// @param tool the execution's span
    /// @param ended takes the draft when it has ended
    static OperationRecording below(
            Engine engine,
            OperationStart start,
            SpanRef tool,
            Consumer<JournalRecord.Draft> ended) {
        var span = new SpanRef(tool.traceId(), JoinedTraces.spanId());
        return new OperationRecording(engine, start, null, span, ended);
    }

    /// Trace and span id, fixed.
    public SpanRef span() {
        return span;
    }

    /// A child in the same trace; of what a tool execution caused, a sibling.
    public OperationRecording child(OperationStart child) {
        if (place == null) {
            return below(engine, child, span, released);
        }
        var below = new SpanRef(place.traceId(), JoinedTraces.spanId());
        var at = new At(span.spanId(), false, List.of());
        return new OperationRecording(
                engine, child, place, below, draft -> release(engine, child, place, at, draft));
    }

    /// It has ended.
    public void end(Outcome outcome, @Nullable String output, Map<String, Object> more) {
        if (ended.compareAndSet(false, true)) {
            released.accept(draft(outcome, output, more));
        } else {
            engine.counters().secondEnd();
        }
    }

    private record At(
            @Nullable String parent, boolean remote, List<JournalRecord.SpanLink> links) {}

    private static void release(
            Engine engine, OperationStart start, Place place, At at, JournalRecord.Draft draft) {
        engine.out()
                .add(
                        new JournalRecord.Release(
                                draft.spanId(),
                                place.traceId(),
                                at.parent(),
                                at.remote(),
                                false,
                                Spans.unplaced(start.origin(), place, null),
                                at.links(),
                                Map.of(),
                                draft,
                                null,
                                at.remote() ? joined(engine, start, place) : null));
        engine.out().flush();
    }

    private static @Nullable String joined(Engine engine, OperationStart start, Place place) {
        return Snapshots.joined(start.origin().scope(), place, engine.clock().now());
    }

    private JournalRecord.Draft draft(
            Outcome outcome, @Nullable String output, Map<String, Object> more) {
        Map<String, Object> attributes = new HashMap<>(start.origin().attributes());
        start.origin().capture().onto(attributes);
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
        if (!ended.get()) {
            end(new Outcome.Cancelled(), null, Map.of());
        }
    }
}
