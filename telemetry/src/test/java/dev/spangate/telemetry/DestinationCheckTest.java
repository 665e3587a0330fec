package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `Telemetry.check`: an address and its credentials are tried without a span.
class DestinationCheckTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @TempDir Path dir;

    @Test
    void aGoodDestinationTakesARequestWithoutSpans() {
        try (var sink = OtlpSink.start()) {
            var checks = Telemetry.check(Samples.config(dir, sink.uri()), PATIENCE);

            assertThat(checks).hasSize(1);
            assertThat(checks.getFirst().problem()).isNull();
            assertThat(checks.getFirst().url()).isEqualTo(sink.tracesUri().toString());
            assertThat(sink.requests()).hasSize(1);
            assertThat(sink.spans()).isEmpty();
        }
    }

    /// Langfuse answers by its key pair; its version header goes along.
    @Test
    void langfuseIsAskedAsItWillBeFed() {
        try (var sink = OtlpSink.start()) {
            var config =
                    Samples.config(
                            dir,
                            "{\"langfuse\":{\"host\":\"%s\",\"public-key\":\"pk\",\"secret-key\":\"sk\"}}"
                                    .formatted(sink.uri()));

            assertThat(Telemetry.check(config, PATIENCE).getFirst().problem()).isNull();

            var request = sink.requests().getFirst();
            assertThat(request.path()).isEqualTo("/api/public/otel/v1/traces");
            assertThat(request.headers())
                    .containsEntry("authorization", "Basic cGs6c2s=")
                    .containsEntry("x-langfuse-ingestion-version", "4");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, refused with 400",
        "401, credentials",
        "403, may not ingest",
        "404, wrong path",
        "302, redirects",
        "429, 429 from",
        "500, 500 from"
    })
    void whatRefusesSaysWhy(int status, String said) {
        try (var sink = OtlpSink.start()) {
            sink.fail(SinkFault.status(status));

            assertThat(
                            Telemetry.check(Samples.config(dir, sink.uri()), PATIENCE)
                                    .getFirst()
                                    .problem())
                    .contains(said);
        }
    }

    @Test
    void oneThatHangsCostsItsPatienceAndNoMore() {
        try (var sink = OtlpSink.start()) {
            sink.fail(new SinkFault.Hang());

            var check =
                    Telemetry.check(Samples.config(dir, sink.uri()), Duration.ofMillis(300))
                            .getFirst();

            assertThat(check.problem()).isNotNull();
        }
    }

    @Test
    void nothingThereSaysSoOverHttpAndGrpc() {
        var sink = OtlpSink.start();
        var dead = sink.uri();
        sink.close();
        var config =
                Samples.config(
                        dir,
                        """
                        {"otlp":[{"name":"h","endpoint":"%s"},{"name":"g","endpoint":"%s","protocol":"grpc"}]}
                        """
                                .formatted(dead, dead));

        assertThat(Telemetry.check(config, PATIENCE))
                .hasSize(2)
                .allSatisfy(check -> assertThat(check.problem()).isNotBlank())
                .anySatisfy(check -> assertThat(check.problem()).contains("nothing listens there"));
    }

    /// No journal is opened and none is made.
    @Test
    void nothingIsLeftBehind() {
        var journal = dir.resolve("journal");
        Telemetry.check(Samples.config(journal, URI.create("http://127.0.0.1:1")), PATIENCE);

        assertThat(journal).doesNotExist();
    }
}
