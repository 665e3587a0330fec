package dev.spangate.gateway;

import dev.spangate.telemetry.Metrics;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;

/// Counts requests and how long they took, by a template of their path, never by the path.
final class HttpMetrics implements Filter {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");
    private static final Pattern UNIFIED =
            Pattern.compile(
                    "/v1/(chat/completions|completions|responses|messages|embeddings|models)");

    private final String listener;
    private final Metrics metrics;

    HttpMetrics(String listener, Metrics metrics) {
        this.listener = listener;
        this.metrics = metrics;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long started = System.nanoTime();
        metrics.begun(listener);
        try {
            chain.proceed();
        } finally {
            var method = request.prologue().method().text();
            metrics.served(
                    listener,
                    METHODS.contains(method) ? method : "_OTHER",
                    route(request.prologue().uriPath().path()),
                    response.status().code(),
                    Duration.ofNanos(System.nanoTime() - started));
        }
    }

    /// Low-cardinality, whatever a client asks for.
    static String route(String path) {
        if (path.equals("/") || path.equals("/mcp") || path.equals("/metrics")) {
            return path;
        }
        if (path.startsWith("/mcp/")) {
            return "/mcp/{server}";
        }
        if (UNIFIED.matcher(path).matches()) {
            return path;
        }
        for (var known : new String[] {"/v1", "/health", "/api"}) {
            if (path.equals(known) || path.startsWith(known + "/")) {
                return known + "/{path}";
            }
        }
        return "/{provider}/{path}";
    }
}
