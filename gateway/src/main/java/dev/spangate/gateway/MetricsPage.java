package dev.spangate.gateway;

import dev.spangate.telemetry.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// `/metrics` in Prometheus' text format.
final class MetricsPage {
    private static final String FORMAT = "text/plain; version=0.0.4; charset=utf-8";

    private final Metrics metrics;

    MetricsPage(Metrics metrics) {
        this.metrics = metrics;
    }

    void serve(ServerRequest request, ServerResponse response) throws IOException {
        var text = new StringBuilder(16_384);
        metrics.writePrometheus(text);
        response.header(HeaderNames.CONTENT_TYPE, FORMAT)
                .send(text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
