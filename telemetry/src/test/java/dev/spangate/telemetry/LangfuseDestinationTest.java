package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Langfuse fed directly: path, authentication, version header, and what it answers.
class LangfuseDestinationTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path dir;
    private final OtlpSink sink = OtlpSink.start();

    @AfterEach
    void closeSink() {
        sink.close();
    }

    @Test
    void hostAndKeyPairAreEnough() {
        try (var telemetry = Telemetry.start(config(), Samples.identity())) {
            TelemetryTest.writeRun(telemetry);
            sink.awaitSpans(4, SOON);
        }
        var request = sink.requests().getFirst();
        String basic =
                Base64.getEncoder()
                        .encodeToString("pk-lf-1:sk-lf-canary".getBytes(StandardCharsets.UTF_8));
        assertThat(request.path()).isEqualTo("/api/public/otel/v1/traces");
        assertThat(request.headers())
                .containsEntry("authorization", "Basic " + basic)
                .containsEntry("x-langfuse-ingestion-version", "4")
                .containsEntry("content-type", "application/x-protobuf")
                .containsEntry("content-encoding", "gzip");
        assertThat(sink.langfuse().only().faults()).isEmpty();
    }

    @Test
    void theKeysShowUpNeitherInStatusNorInContentNorInTheJournal() throws Exception {
        sink.fail(SinkFault.status(401));
        try (var telemetry =
                Telemetry.start(TelemetryTest.withDrain(config(), 0), Samples.identity())) {
            telemetry.sink().write(Samples.release(Samples.tool(1, "my key is sk-lf-canary")));
            sink.awaitRequests(1, SOON);
            var status = awaitError(telemetry);
            assertThat(status.toString()).doesNotContain("canary").contains("key pair");
            var metrics = new StringBuilder();
            telemetry.metrics().writePrometheus(metrics);
            assertThat(metrics.toString())
                    .doesNotContain("canary")
                    .contains("spangate_journal_depth{destination=\"langfuse\"} 1");
        }
        assertThat(sink.requests().getFirst().body()).doesNotContain("canary").contains("***");
        try (var files = Files.list(dir)) {
            for (var file : files.toList()) {
                assertThat(Files.readAllBytes(file))
                        .as(file.toString())
                        .satisfies(bytes ->
                                assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                                        .doesNotContain("canary"));
            }
        }
    }

    @Test
    void aRefusedKeyPairLosesNothing() {
        sink.fail(SinkFault.status(401));
        var config = config();
        try (var telemetry =
                Telemetry.start(TelemetryTest.withDrain(config, 0), Samples.identity())) {
            TelemetryTest.writeRun(telemetry);
            sink.awaitRequests(1, SOON);
        }
        sink.fail(null);
        try (var _ = Telemetry.start(config, Samples.identity())) {
            sink.awaitSpans(4, SOON);
        }
        assertThat(sink.spans()).hasSize(4);
    }

    private TelemetryConfig config() {
        return Samples.config(
                dir,
                """
                {"langfuse":{"host":"%s","public-key":"pk-lf-1","secret-key":"sk-lf-canary"}}\
                """
                        .formatted(sink.uri()));
    }

    private static DestinationStatus awaitError(Telemetry telemetry) {
        long end = System.nanoTime() + SOON.toNanos();
        var status = telemetry.status().destinations().getFirst();
        while (status.lastError() == null && System.nanoTime() < end) {
            Thread.onSpinWait();
            status = telemetry.status().destinations().getFirst();
        }
        return status;
    }
}
