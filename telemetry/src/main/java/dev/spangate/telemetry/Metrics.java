package dev.spangate.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// The process's metrics: derived from spans, from requests and from what others let it read.
/// Thread-safe; no method throws because of a measurement.
public final class Metrics implements AutoCloseable {
    private static final List<Double> HTTP_SECONDS =
            List.of(
                    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5,
                    10.0);
    private static final int MAX_SERIES = 2_000;

    private final SdkMeterProvider provider;
    private final Meter meter;
    private final PullReader reader = new PullReader();
    private final Labels.Known known = new Labels.Known();
    private final Map<Served, Attributes> requests = new ConcurrentHashMap<>();
    private final SpanMetrics spans;
    private final DoubleHistogram served;
    private final LongUpDownCounter active;

    Metrics(TelemetryConfig config, Identity identity) {
        var builder =
                SdkMeterProvider.builder()
                        .setResource(identity.resource(config))
                        .registerMetricReader(reader, _ -> MAX_SERIES);
        for (MetricReader push : MetricsPush.readers(config)) {
            builder.registerMetricReader(push, _ -> MAX_SERIES);
        }
        this.provider = builder.build();
        this.meter =
                provider.meterBuilder(Identity.SCOPE)
                        .setInstrumentationVersion(identity.version())
                        .build();
        this.spans = new SpanMetrics(meter, config.semconv());
        this.served =
                meter.histogramBuilder("http.server.request.duration")
                        .setUnit("s")
                        .setDescription("Duration of requests that clients sent")
                        .setExplicitBucketBoundariesAdvice(HTTP_SECONDS)
                        .build();
        this.active =
                meter.upDownCounterBuilder("http.server.active_requests")
                        .setUnit("{request}")
                        .setDescription("Requests in flight")
                        .build();
        JvmMetrics.register(meter);
    }

    /// One value with its labels.
    ///
    /// @param labels low-cardinality
    public record Reading(Map<String, String> labels, double value) {
        public Reading {
            labels = Map.copyOf(labels);
        }
    }

    /// A request has begun; exactly one [#served] follows.
    public void begun(String listener) {
        active.add(1, known.labels().put("spangate.listener", listener).build());
    }

    /// A request has ended.
    ///
    /// @param route a template, never a raw path
    public void served(String listener, String method, String route, int status, Duration took) {
        active.add(-1, known.labels().put("spangate.listener", listener).build());
        var request = new Served(listener, method, route, status);
        var labels = requests.get(request);
        if (labels == null) {
            labels = request.labels();
            if (requests.size() < MAX_SERIES) {
                requests.put(request, labels);
            }
        }
        served.record(took.toNanos() / 1e9, labels);
    }

    /// What a served request is counted under.
    private record Served(String listener, String method, String route, int status) {
        Attributes labels() {
            var labels =
                    Attributes.builder()
                            .put("http.request.method", method)
                            .put("http.route", route)
                            .put("http.response.status_code", (long) status)
                            .put("spangate.listener", listener);
            if (status >= 500) {
                labels.put("error.type", Integer.toString(status));
            }
            return labels.build();
        }
    }

    /// Lets a value of somebody else be read at each collection.
    ///
    /// @param name dotted (`spangate.mcp.server.up`)
    /// @param unit UCUM, `1` for none
    public void gauge(
            String name, String unit, String description, Supplier<Collection<Reading>> readings) {
        meter.gaugeBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .buildWithCallback(measurement -> {
                    for (var reading : readings.get()) {
                        measurement.record(reading.value(), attributes(reading));
                    }
                });
    }

    /// As [#gauge], for values that only grow.
    public void counter(
            String name, String unit, String description, Supplier<Collection<Reading>> readings) {
        meter.counterBuilder(name)
                .ofDoubles()
                .setUnit(unit)
                .setDescription(description)
                .buildWithCallback(measurement -> {
                    for (var reading : readings.get()) {
                        measurement.record(reading.value(), attributes(reading));
                    }
                });
    }

    /// Writes everything in Prometheus' text format 0.0.4 (`text/plain; version=0.0.4`).
    public void writePrometheus(Appendable out) throws IOException {
        PrometheusText.write(reader.collect(), out);
    }

    SpanMetrics spans() {
        return spans;
    }

    @Override
    public void close() {
        provider.close();
    }

    private static Attributes attributes(Reading reading) {
        var attributes = Attributes.builder();
        reading.labels().forEach(attributes::put);
        return attributes.build();
    }
}
