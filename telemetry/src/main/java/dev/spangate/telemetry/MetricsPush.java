package dev.spangate.telemetry;

import dev.spangate.telemetry.TelemetryConfig.Audience;
import dev.spangate.telemetry.TelemetryConfig.Otlp;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// OTLP metrics to the destinations that take them (Langfuse does not), by the SDK's own readers.
final class MetricsPush {
    private MetricsPush() {}

    static List<MetricReader> readers(TelemetryConfig config) {
        var readers = new ArrayList<MetricReader>();
        if (config.metrics().otlp()) {
            for (var otlp : config.otlp()) {
                if (otlp.audience() != Audience.LANGFUSE) {
                    readers.add(
                            PeriodicMetricReader.builder(exporter(otlp))
                                    .setInterval(config.metrics().interval())
                                    .build());
                }
            }
        }
        return readers;
    }

    private static MetricExporter exporter(Otlp otlp) {
        var headers = new HashMap<String, String>();
        otlp.headers().forEach((name, value) -> headers.put(name, value.value()));
        return otlp.protocol() == Protocol.GRPC
                ? OtlpGrpcMetricExporter.builder()
                        .setEndpoint(otlp.endpoint().toString())
                        .setHeaders(() -> headers)
                        .setCompression("gzip")
                        .build()
                : OtlpHttpMetricExporter.builder()
                        .setEndpoint(metricsUrl(otlp.endpoint()).toString())
                        .setHeaders(() -> headers)
                        .setCompression("gzip")
                        .build();
    }

    static URI metricsUrl(URI endpoint) {
        String traces = OtlpTransport.tracesUrl(endpoint).toString();
        return URI.create(traces.replaceFirst("/traces(?=$|\\?)", "/metrics"));
    }
}
