package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.MetricsSink;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `telemetry.metrics.otlp`: what Prometheus reads also goes to the OTLP destinations, over HTTP,
/// with their headers; Langfuse gets none.
class MetricsPushTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path dir;
    private final MetricsSink sink = MetricsSink.start();

    @AfterEach
    void stop() {
        sink.close();
    }

    @Test
    void metricsArriveWithTheDestinationsHeaders() {
        try (var telemetry = start("any", "100ms")) {
            telemetry.sink().write(Samples.release(Samples.generation(1)));

            var values = awaitMetric("gen_ai.client.inference.duration");
            assertThat(values)
                    .containsEntry("gen_ai.client.inference.duration", 1.0)
                    .containsEntry("gen_ai.client.inference.usage.input_tokens", 310.0)
                    .containsKeys(
                            "gen_ai.client.inference.operation.output_tokens",
                            "spangate.journal.depth",
                            "spangate.journal.dropped",
                            "jvm.memory.used",
                            "process.open_file_descriptor.count");
        }
    }

    /// What happened since the last interval is pushed when the process stops.
    @Test
    void theEndPushesOnceMore() {
        try (var telemetry = start("any", "1h")) {
            telemetry.sink().write(Samples.release(Samples.generation(1)));
        }

        assertThat(awaitMetric("gen_ai.client.inference.duration")).isNotEmpty();
    }

    @Test
    void langfuseGetsNone() {
        try (var telemetry = start("langfuse", "50ms")) {
            telemetry.sink().write(Samples.release(Samples.generation(1)));
        }

        assertThat(sink.next(Duration.ofMillis(200))).isNull();
    }

    private Telemetry start(String audience, String interval) {
        var config =
                Samples.config(
                        dir,
                        """
                        {"metrics": {"otlp": true, "interval": "%s"},
                         "otlp": [{"endpoint": "%s", "protocol": "http/protobuf", "for": "%s",
                                   "headers": {"x-key": "secret-of-metrics"}}]}
                        """
                                .formatted(interval, sink.uri(), audience));
        return Telemetry.start(config, Samples.identity());
    }

    private Map<String, Double> awaitMetric(String name) {
        while (true) {
            var push = sink.next(PATIENCE);
            assertThat(push).as("a push with " + name).isNotNull();
            assertThat(push.path()).isEqualTo("/v1/metrics");
            assertThat(push.headers()).containsEntry("x-key", "secret-of-metrics");
            if (push.values().containsKey(name)) {
                return push.values();
            }
        }
    }
}
