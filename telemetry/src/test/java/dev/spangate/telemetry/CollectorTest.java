package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.CollectorProgram;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.SuiteNotes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The real OpenTelemetry Collector between us and the backends, with the configurations that
/// `deploy/collector` ships.
@Tag("collector")
class CollectorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static Path program;
    private static int compared;

    @TempDir Path dir;
    private final OtlpSink direct = OtlpSink.start();
    private final OtlpSink langfuse = OtlpSink.start();
    private final OtlpSink second = OtlpSink.start();

    @BeforeAll
    static void build() throws Exception {
        var built = CollectorProgram.get(SuiteNotes.full());
        if (built.program().isEmpty()) {
            SuiteNotes.skipped("collector", built.reason());
        }
        assumeTrue(built.program().isPresent(), built.reason());
        program = built.program().get();
    }

    @AfterEach
    void closeSinks() {
        direct.close();
        langfuse.close();
        second.close();
    }

    @AfterAll
    static void figures() {
        if (program != null) {
            SuiteNotes.figures("collector", "spans_compared=%d differences=0".formatted(compared));
        }
    }

    @Test
    void theGuidesRecipeOverGrpcReachesLangfuseAsIfSentDirectly() throws Exception {
        try (var collector =
                Collector.start(
                        program, "deploy/collector/langfuse.yaml", dir, environment(), _ -> {})) {
            send("grpc", collector.grpc().toString());
            compare(langfuse);
        }
        var request = langfuse.requests().getFirst();
        assertThat(request.path()).isEqualTo("/api/public/otel/v1/traces");
        assertThat(request.headers())
                .containsEntry("authorization", "Basic cGs6c2s=")
                .containsEntry("x-langfuse-ingestion-version", "4");
        assertThat(langfuse.langfuse().only().faults()).isEmpty();
        var chat = langfuse.langfuse().only().typed("GENERATION").getFirst().span();
        assertThat(chat.attributes())
                .containsEntry("gen_ai.prompt", Samples.INPUT)
                .containsEntry("gen_ai.completion", Samples.OUTPUT)
                .containsEntry("gen_ai.system", "openai")
                .containsEntry("gen_ai.usage.prompt_tokens", 310L)
                .containsEntry("gen_ai.usage.completion_tokens", 60L)
                .containsEntry("gen_ai.usage.total_tokens", 370L)
                .containsEntry("gen_ai.streaming", true)
                .containsEntry("gateway", "my-gateway");
    }

    /// Jaeger is played by a second Collector: version 2 of it is one.
    @Test
    void theFanOutDeliversTheSameSpansToEveryBackend() throws Exception {
        var jaegersFile = dir.resolve("jaeger.json");
        try (var jaeger =
                        Collector.start(
                                program,
                                "deploy/collector/langfuse.yaml",
                                Files.createDirectory(dir.resolve("jaeger")),
                                environment(),
                                config -> intoFile(config, jaegersFile));
                var collector =
                        Collector.start(
                                program,
                                "deploy/collector/fan-out.yaml",
                                dir,
                                environment(jaeger),
                                CollectorTest::withoutWhatThisBuildLacks)) {
            send("http/protobuf", collector.http().toString());
            compare(langfuse);
            compare(second);
            awaitInFile(jaegersFile, direct.spans());
        }
        assertThat(second.requests().getFirst().headers())
                .containsEntry("dd-api-key", "dd-key")
                .containsEntry("dd-otlp-source", "llmobs");
    }

    /// The Collector's file has every span, with its content.
    private static void awaitInFile(Path file, List<SinkSpan> expected) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        String written = "";
        while (System.nanoTime() < end) {
            written = Files.exists(file) ? Files.readString(file) : "";
            if (expected.stream().map(SinkSpan::spanId).allMatch(written::contains)) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("Jaeger has only " + written);
    }

    private static void intoFile(ObjectNode config, Path file) {
        var exporters = (ObjectNode) config.get("exporters");
        exporters.removeAll();
        exporters.putObject("file").put("path", file.toString()).put("flush_interval", "100ms");
        var pipeline = (ObjectNode) config.at("/service/pipelines/traces");
        pipeline.putArray("exporters").add("file");
    }

    @Test
    void aCollectorThatIsKilledAndComesBackCostsNothing() throws Exception {
        try (var collector =
                Collector.start(
                        program, "deploy/collector/langfuse.yaml", dir, environment(), _ -> {})) {
            try (var telemetry = start("grpc", collector.grpc().toString())) {
                TelemetryTest.writeRun(telemetry);
                langfuse.awaitSpans(4, PATIENCE);
                collector.kill();
                for (int i = 0; i < 200; i++) {
                    telemetry.sink().write(Samples.release(Samples.tool(1_000 + i, "while down")));
                }
                direct.awaitSpans(204, PATIENCE);
                collector.restart();
                langfuse.awaitSpans(
                        spans -> spans.stream().map(SinkSpan::spanId).distinct().count() == 204,
                        PATIENCE);
            }
        }
    }

    /// Sends one run through the Collector and, for comparison, straight to a sink.
    private void send(String protocol, String endpoint) {
        try (var telemetry = start(protocol, endpoint)) {
            TelemetryTest.writeRun(telemetry);
            direct.awaitSpans(4, PATIENCE);
            langfuse.awaitSpans(4, PATIENCE);
        }
    }

    private Telemetry start(String protocol, String endpoint) {
        var config =
                Samples.config(
                        dir.resolve("journal"),
                        """
                        {"legacy-content":true,
                         "otlp":[{"name":"collector","endpoint":"%s","protocol":"%s","for":"any"},
                                 {"name":"direct","endpoint":"%s","for":"any"}]}\
                        """
                                .formatted(endpoint, protocol, direct.uri()));
        var pace = new Pace(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(500));
        return Telemetry.start(config, Samples.identity(), Segments.Disk.real(), pace);
    }

    private void compare(OtlpSink through) {
        through.awaitSpans(4, PATIENCE);
        var expected = byId(direct.spans());
        var actual = byId(through.spans());
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((id, span) -> {
            assertThat(actual.get(id))
                    .usingRecursiveComparison()
                    .ignoringFields("request")
                    .isEqualTo(span);
            compared++;
        });
    }

    private static Map<String, SinkSpan> byId(List<SinkSpan> spans) {
        var byId = new TreeMap<String, SinkSpan>();
        spans.forEach(span -> byId.put(span.spanId(), span));
        return byId;
    }

    private Map<String, String> environment() {
        return Map.of(
                "LANGFUSE_HOST",
                langfuse.uri().toString(),
                "LANGFUSE_BASIC",
                "cGs6c2s=",
                "DD_OTLP_TRACES",
                second.uri() + "/api/v0.2/v1/traces",
                "DD_API_KEY",
                "dd-key");
    }

    private Map<String, String> environment(Collector jaeger) {
        var all = new TreeMap<>(environment());
        all.put("JAEGER_ENDPOINT", jaeger.grpc().getAuthority());
        return all;
    }

    /// ClickHouse and the transform processor are not in this build; the rest stays as shipped.
    private static void withoutWhatThisBuildLacks(ObjectNode config) {
        ((ObjectNode) config.get("exporters")).remove("clickhouse");
        ((ObjectNode) config.get("processors")).remove("transform/lean");
        config.get("service")
                .get("pipelines")
                .forEach(pipeline -> {
                    drop(pipeline.get("exporters"), "clickhouse");
                    drop(pipeline.get("processors"), "transform/lean");
                });
    }

    private static void drop(Object list, String... names) {
        if (list instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (List.of(names).contains(array.get(i).asString())) {
                    array.remove(i);
                }
            }
        }
    }
}
