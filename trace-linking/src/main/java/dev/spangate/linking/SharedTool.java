package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A tool execution that all replicas place together.
final class SharedTool extends SharedRecording {
    private final ToolStart start;
    private final CountDownLatch placed = new CountDownLatch(1);

    /// The trace id that goes upstream, once it is decided by whoever comes first.
    private final AtomicReference<@Nullable String> trace = new AtomicReference<>();

    SharedTool(Replica replica, ToolStart start) {
        super(replica, start.origin());
        this.start = start;
    }

    /// The context to propagate: that of its place if the store tells it in time, else where an
    /// unlinked execution goes (rules S2, L7).
    SpanRef await(Duration patience) {
        try {
            if (!isDetached() && !patience.isZero()) {
                placed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (trace.get() == null) {
            trace.compareAndSet(null, alonePlace().traceId());
        }
        return new SpanRef(String.valueOf(trace.get()), span);
    }

    /// It is placed: the trace id that it has carried, or carries from now on.
    String decided(String traceId) {
        trace.compareAndSet(null, traceId);
        placed.countDown();
        return String.valueOf(trace.get());
    }

    @Override
    boolean detach(boolean lost) {
        boolean done = super.detach(lost);
        placed.countDown();
        return done;
    }

    @Override
    void place(boolean incomplete) {
        if (machine == null || !commit()) {
            return;
        }
        var names = replica.names();
        var tool = names.executed(start.endpoint(), start.tool(), start.server());
        var json = machine.engine.json();
        machine.scope(origin.scope())
                .guarded(() -> {
                    long plain = json.hash(start.arguments(), CanonicalJson.Defaults.NONE);
                    boolean stated = !tool.defaults().isEmpty();
                    var event =
                            event("exec")
                                    .put("c", origin.scope())
                                    .put("endpoint", start.endpoint())
                                    .put("tool", start.tool())
                                    .put("server", start.server())
                                    .put("plain", plain)
                                    .put(
                                            "arguments",
                                            stated
                                                    ? json.hash(start.arguments(), tool.defaults())
                                                    : plain)
                                    .put("exchange", exchange());
                    if (incomplete) {
                        event.put("incomplete", true);
                    }
                    if (late()) {
                        event.put("late", true);
                    }
                    Snapshots.put(event, "context", Spans.usedTraceId(origin));
                    Snapshots.put(event, "session", start.mcpSession());
                    var ids = event.putArray("callIds");
                    callIds().forEach(ids::add);
                    event.set("origin", Snapshots.origin(origin));
                    tell(event);
                });
    }

    private String exchange() {
        if (start.mcpSession() != null) {
            return "session " + start.mcpSession();
        }
        return origin.connection().isEmpty() ? "" : replica.id() + " " + origin.connection();
    }

    private List<String> callIds() {
        List<String> found = new ArrayList<>(1);
        for (var key : replica.config().callIdKeys()) {
            var id = start.meta().get(key);
            if (id != null && !id.isEmpty()) {
                found.add(id);
            }
        }
        return found;
    }

    void guardrail(Draft draft) {
        keep(draft);
        tell(event("guard").set("span", SharedInference.times(draft)));
    }

    void result(ResultTexts result) {
        var event = event("result");
        Snapshots.result(result, event);
        tell(event);
    }

    void end(ToolEnd end, Draft draft) {
        keep(draft);
        tell(
                event("done")
                        .put("completed", end.outcome() instanceof Outcome.Completed)
                        .put("delivered", end.delivered())
                        .set("span", SharedInference.times(draft)));
        ended();
    }

    @Override
    @Nullable String mcpSession() {
        return start.mcpSession();
    }
}
