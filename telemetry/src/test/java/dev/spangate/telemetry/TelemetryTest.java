package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole path: records in, OTLP out, over a restart.
class TelemetryTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir Path dir;
    private final OtlpSink sink = OtlpSink.start();

    @AfterEach
    void closeSink() {
        sink.close();
    }

    @Test
    void aRunWhoseToolWasHeldArrivesAsOneTraceThatLangfuseDrawsWhole() {
        try (var telemetry = Telemetry.start(Samples.config(dir, sink.uri()), Samples.identity())) {
            writeRun(telemetry);
            sink.awaitSpans(4, SOON);
        }
        var trace = sink.langfuse().only();
        assertThat(trace.faults()).isEmpty();
        assertThat(trace.name()).isEqualTo("travel-agent");
        assertThat(trace.sessionId()).isEqualTo("conv-1");
        assertThat(trace.userId()).isEqualTo("team-a");
        assertThat(trace.tags()).containsExactly("spangate");
        assertThat(trace.input()).contains("Weather in Paris?").doesNotContain("Be brief.");
        assertThat(trace.output()).contains("call_a");
        assertThat(trace.typed("GENERATION")).hasSize(2);
        var tool = trace.typed("TOOL").getFirst();
        assertThat(tool.metadata())
                .containsEntry("tool_call_id", "call_a")
                .containsEntry("link_method", "call-id")
                .containsEntry("link_confidence", "certain");
        assertThat(tool.span().links().getFirst().spanId()).isEqualTo(Samples.span(1));
        assertThat(tool.environment()).isEqualTo("demo");
    }

    @Test
    void whatWasRecordedWhileTheBackendRefusedArrivesAfterARestartOnce() {
        sink.fail(SinkFault.status(503));
        var config = Samples.config(dir, sink.uri());
        try (var telemetry = Telemetry.start(withDrain(config, 0), Samples.identity())) {
            writeRun(telemetry);
            sink.awaitRequests(1, SOON);
        }
        sink.fail(null);
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            sink.awaitSpans(4, SOON);
            assertThat(telemetry.status().destinations().getFirst().name()).isEqualTo("sink-0");
        }
        assertThat(sink.spans()).hasSize(4);
        assertThat(sink.langfuse().only().faults()).isEmpty();
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            assertThat(telemetry.status().destinations().getFirst().depth()).isZero();
        }
        assertThat(sink.duplicates()).isZero();
    }

    @Test
    void aDraftThatWasHeldOverARestartIsReadBackForItsRelease() {
        var config = Samples.config(dir, sink.uri());
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            telemetry.sink().write(Samples.tool(2, "18 C"));
        }
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            assertThat(telemetry.status().heldDrafts()).isEqualTo(1);
            telemetry.sink().write(Samples.linked(Samples.span(2), null, Samples.span(1), null));
            sink.awaitSpans(1, SOON);
        }
        assertThat(sink.langfuse().only().only("weather").output()).isEqualTo("18 C");
    }

    @Test
    void storedGivesTheLastCheckpointAndWhatFollows() {
        var config = Samples.config(dir);
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            telemetry.sink().write(new State("run-opened", "r0", "{\"before\":true}"));
            telemetry.sink().write(new Checkpoint("{\"state\":1}"));
            telemetry.sink().write(new State("run-opened", "r1", "{}"));
            telemetry.sink().write(Samples.tool(2, "18 C"));
        }
        try (var telemetry = Telemetry.start(config, Samples.identity())) {
            telemetry.sink().write(new State("later", "r2", "{}"));
            var stored = new ArrayList<JournalRecord>();
            telemetry.stored().forEach(stored::add);
            assertThat(stored)
                    .containsExactly(
                            new Checkpoint("{\"state\":1}"),
                            new State("run-opened", "r1", "{}"),
                            Samples.tool(2, "18 C"));
        }
    }

    @Test
    void oneSlowDestinationHoldsUpNoOther() {
        try (var slow = OtlpSink.start()) {
            slow.fail(new SinkFault.Hang());
            var config = withDrain(Samples.config(dir, slow.uri(), sink.uri()), 0);
            try (var telemetry = Telemetry.start(config, Samples.identity())) {
                writeRun(telemetry);
                sink.awaitSpans(4, SOON);
                var depths =
                        telemetry.status().destinations().stream()
                                .map(DestinationStatus::depth)
                                .toList();
                assertThat(depths.getFirst()).isEqualTo(4);
            }
            assertThat(slow.spans()).isEmpty();
        }
    }

    @Test
    void oneBadSpanIsQuarantinedWithItsReasonAndTheGoodOnesArrive() {
        sink.fail(new SinkFault.Picky("poison"));
        try (var telemetry = Telemetry.start(Samples.config(dir, sink.uri()), Samples.identity())) {
            for (int i = 0; i < 20; i++) {
                telemetry
                        .sink()
                        .write(Samples.release(Samples.tool(i, i == 13 ? "poison" : "fine")));
            }
            sink.awaitSpans(19, SOON);
            awaitQuarantine(telemetry);
        }
        assertThat(sink.spans()).hasSize(19);
        assertThat(sink.duplicates()).isZero();
        assertThat(dir.resolve("quarantine-sink-0.jsonl"))
                .content()
                .contains("refused with 400")
                .contains(Samples.span(13));
    }

    @Test
    void recentShowsWhatIsExportedEvenWithoutADestination() throws Exception {
        try (var telemetry = Telemetry.start(Samples.config(dir), Samples.identity())) {
            writeRun(telemetry);
            List<ExportedSpan> recent = telemetry.recent();
            for (long end = System.nanoTime() + SOON.toNanos();
                    recent.size() < 4 && System.nanoTime() < end; ) {
                Thread.sleep(10);
                recent = telemetry.recent();
            }
            assertThat(recent).hasSize(4);
            assertThat(recent.getLast().attributes())
                    .containsEntry("langfuse.observation.type", "agent")
                    .containsEntry("gateway", "my-gateway");
        }
    }

    static void writeRun(Telemetry telemetry) {
        var top = Samples.span(9);
        var journal = telemetry.sink();
        journal.write(Samples.release(Samples.span(1), top, Samples.generation(1), top));
        journal.write(Samples.tool(2, "18 C, clear"));
        journal.write(Samples.release(Samples.span(3), top, Samples.generation(3), top));
        journal.write(Samples.linked(Samples.span(2), top, Samples.span(1), null));
        journal.write(Samples.release(Samples.top(9, 1, 3)));
    }

    private static void awaitQuarantine(Telemetry telemetry) {
        long end = System.nanoTime() + SOON.toNanos();
        while (telemetry.status().destinations().getFirst().quarantined() < 1
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    static TelemetryConfig withDrain(TelemetryConfig config, int seconds) {
        var journal = config.journal();
        return config.with(
                new TelemetryConfig.JournalSettings(
                        journal.dir(),
                        journal.fsync(),
                        journal.maxBytes(),
                        journal.maxAge(),
                        journal.segmentBytes(),
                        journal.keep(),
                        Duration.ofSeconds(seconds)));
    }
}
