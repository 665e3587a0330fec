package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path dir;
    private final OtlpSink sink = OtlpSink.start();

    @AfterEach
    void closeSink() {
        sink.close();
    }

    @Test
    void whatIsKeptIsSentAgainWithTheSameIdsOnceAskedFor() {
        try (var telemetry = Telemetry.start(keeping(Duration.ofHours(1)), Samples.identity())) {
            TelemetryTest.writeRun(telemetry);
            sink.awaitSpans(4, SOON);
            awaitIdle(telemetry);
            var replay = telemetry.replay("sink-0", Instant.EPOCH);
            assertThat(replay).isEqualTo(new Replay("sink-0", 4, 0, null));
        }
        assertThat(sink.spans()).hasSize(8);
        assertThat(sink.duplicates()).isEqualTo(4);
    }

    @Test
    void nothingIsOlderThanTheTimeGiven() {
        try (var telemetry = Telemetry.start(keeping(Duration.ofHours(1)), Samples.identity())) {
            TelemetryTest.writeRun(telemetry);
            sink.awaitSpans(4, SOON);
            awaitIdle(telemetry);
            var replay = telemetry.replay("sink-0", Instant.now().plusSeconds(60));
            assertThat(replay.sent()).isZero();
        }
    }

    @Test
    void aRefusalStopsItAndSaysWhy() {
        try (var telemetry = Telemetry.start(keeping(Duration.ofHours(1)), Samples.identity())) {
            TelemetryTest.writeRun(telemetry);
            sink.awaitSpans(4, SOON);
            awaitIdle(telemetry);
            sink.fail(SinkFault.status(401));
            var replay = telemetry.replay("sink-0", Instant.EPOCH);
            assertThat(replay.sent()).isZero();
            assertThat(replay.error()).contains("401");
        }
    }

    @Test
    void anUnknownDestinationIsAnsweredWithThoseThereAre() {
        try (var telemetry = Telemetry.start(keeping(Duration.ZERO), Samples.identity())) {
            assertThatThrownBy(() -> telemetry.replay("jaeger", Instant.EPOCH))
                    .isInstanceOf(TelemetryException.class)
                    .hasMessageContaining("jaeger")
                    .hasMessageContaining("sink-0");
        }
    }

    private TelemetryConfig keeping(Duration keep) {
        var config = Samples.config(dir, sink.uri());
        var journal = config.journal();
        return config.with(
                new JournalSettings(
                        dir,
                        journal.fsync(),
                        journal.maxBytes(),
                        journal.maxAge(),
                        journal.segmentBytes(),
                        keep,
                        journal.drain()));
    }

    private static void awaitIdle(Telemetry telemetry) {
        long end = System.nanoTime() + SOON.toNanos();
        while (telemetry.status().destinations().getFirst().depth() > 0
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
