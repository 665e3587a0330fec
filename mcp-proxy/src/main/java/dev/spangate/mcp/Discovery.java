package dev.spangate.mcp;

import dev.spangate.linking.Level;
import dev.spangate.linking.OperationRecording;
import dev.spangate.linking.OperationStart;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.TraceLinker;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Waits for servers on behalf of one request, and records it: one span, one child per server
/// (linking.md T). What is answered from memory leaves no span.
final class Discovery {
    private final TraceLinker linker;
    private final Origin origin;
    private final String method;
    private final Map<String, Object> attributes;

    Discovery(TraceLinker linker, Origin origin, String method, Map<String, Object> attributes) {
        this.linker = linker;
        this.origin = origin;
        this.method = method;
        this.attributes = Map.copyOf(attributes);
    }

    /// Waits for the loads, all together at most for `patience`.
    void await(Map<UpstreamServer, Known.Load> loads, Duration patience) {
        if (loads.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + patience.toNanos();
        try (var span = linker.start(start(attributes))) {
            var children = new LinkedHashMap<Known.Load, OperationRecording>();
            loads.forEach((server, load) -> {
                var child = span.child(start(serverAttributes(server)));
                children.put(load, child);
                load.whenDone(failure -> child.end(outcome(failure), null, Map.of()));
            });
            span.end(awaitAll(children, end), null, Map.of());
        }
    }

    private static Outcome awaitAll(Map<Known.Load, OperationRecording> children, long end) {
        Outcome outcome = new Outcome.Completed();
        for (var entry : children.entrySet()) {
            if (!awaitOne(entry.getKey(), Duration.ofNanos(end - System.nanoTime()))) {
                outcome = new Outcome.Failed("timeout", "a server is still silent");
                entry.getValue().end(new Outcome.Failed("timeout", "silent"), null, Map.of());
            }
        }
        return outcome;
    }

    private static boolean awaitOne(Known.Load load, Duration time) {
        try {
            return load.await(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private OperationStart start(Map<String, Object> all) {
        return new OperationStart(origin, method, true, Level.DEBUG, null, all);
    }

    private Map<String, Object> serverAttributes(UpstreamServer server) {
        var all = new HashMap<>(attributes);
        all.putAll(ServerAttributes.of(server));
        return all;
    }

    private static Outcome outcome(@Nullable RuntimeException failure) {
        return switch (failure) {
            case null -> new Outcome.Completed();
            case McpUpstreamException upstream ->
                    new Outcome.Failed(upstream.errorType(), String.valueOf(upstream.getMessage()));
            default -> new Outcome.Failed("internal_error", failure.getClass().getSimpleName());
        };
    }
}
