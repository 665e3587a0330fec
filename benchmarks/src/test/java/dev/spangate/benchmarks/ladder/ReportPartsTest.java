package dev.spangate.benchmarks.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What the ladder computes and prints, and the requests that it makes.
class ReportPartsTest {
    private static final URI SOMEWHERE = URI.create("http://127.0.0.1:4711");

    @Test
    void percentilesAreThoseOfTheSortedValues() {
        var latencies = new Latencies();
        for (int i = 100; i >= 1; i--) {
            latencies.add(i * 1_000_000L);
        }

        assertThat(latencies.millis(0)).isEqualTo(1.0);
        assertThat(latencies.millis(50)).isEqualTo(51.0);
        assertThat(latencies.millis(99)).isEqualTo(100.0);
        assertThat(latencies.millis(100)).isEqualTo(100.0);
        assertThat(new Latencies().millis(50)).isNaN();
    }

    @ParameterizedTest
    @CsvSource({
        "'3', 3, 3, 3",
        "'3 1 2', 2, 1, 3",
        "'4 1 2 3', 2.5, 1, 4",
        "'1 1 1 100', 1, 1, 100",
        "'NaN 7 NaN', 7, 7, 7",
        "'-5 5', 0, -5, 5",
    })
    void aFigureIsTheMedianWithItsSpread(String values, double median, double low, double high) {
        var figure = Figure.of(numbers(values));

        assertThat(figure).isEqualTo(new Figure(median, low, high));
    }

    @Test
    void aFigureOfNothingIsADash() {
        assertThat(Figure.of(List.of(Double.NaN))).hasToString("-");
        assertThat(Figure.of(List.of())).hasToString("-");
    }

    @ParameterizedTest
    @CsvSource({"0.123456, 0.12", "12.345, 12.3", "1234.5, 1235", "-0.5, -0.50", "99.94, 99.9"})
    void figuresAreShort(double value, String text) {
        assertThat(Figure.plain(value)).isEqualTo(text);
    }

    @Test
    void aTableLinesUpAndIsMarkdown() {
        var bytes = new ByteArrayOutputStream();

        new Table("target", "ms")
                .row("direct", 1.0)
                .row("a longer name", new Figure(100, 90, 110))
                .print(new PrintStream(bytes, true, StandardCharsets.UTF_8));

        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "| target        | ms             |",
                        "|---------------|----------------|",
                        "| direct        | 1.00           |",
                        "| a longer name | 100 (90.0–110) |");
    }

    @Test
    void everyCopyOfARequestBearsItsOwnNumberAndTheSameLength() {
        var exchange = new Target("t", SOMEWHERE, "/openai", null).chat("bench", false, 50);
        var seen = new HashSet<String>();
        for (long number : new long[] {0, 1, 9, 10, 123_456_789, 9_999_999_999L}) {
            var text = new String(exchange.bytes(number), StandardCharsets.UTF_8);
            assertThat(text).contains("1%010d".formatted(number)).hasSize(exchange.length());
            assertThat(text).doesNotContain("#");
            seen.add(text);
        }
        assertThat(seen).hasSize(6);
    }

    /// Two calls in flight with one id are the client's fault (JSON-RPC 2.0), and would be refused.
    @Test
    void aToolCallHasItsNumberAsIdAndAsArgument() {
        var call = new Target("t", SOMEWHERE, "", null).toolCall(Map.of("A", "b"), "tool_01");

        var text = new String(call.bytes(42), StandardCharsets.UTF_8);

        assertThat(text)
                .contains("\"id\":10000000042,", "\"x\":\"10000000042\"")
                .contains("A: b\r\n", "Accept: application/json, text/event-stream\r\n");
    }

    @Test
    void aRequestIsHttpWithTheLengthOfItsBody() {
        var exchange = Exchange.post("host:1", "/path", Map.of("X-A", "1"), "{\"ü\":1}", "");

        var text = new String(exchange.bytes(1), StandardCharsets.UTF_8);

        assertThat(text)
                .startsWith("POST /path HTTP/1.1\r\nHost: host:1\r\n")
                .contains("Content-Length: 8\r\n", "X-A: 1\r\n")
                .endsWith("\r\n\r\n{\"ü\":1}");
    }

    @ParameterizedTest
    @CsvSource({
        "the end is here, here, true",
        "the end is here, the, true",
        "the end is here, there, false",
        "short, longer than that, false",
        "anything, '', true",
    })
    void anAnswerIsTheExpectedOneIfItHoldsTheMark(String body, String mark, boolean expected) {
        var exchange = Exchange.post("h", "/", Map.of(), "", mark);
        byte[] bytes = (body + "garbage of an earlier answer").getBytes(StandardCharsets.UTF_8);

        assertThat(exchange.isAnsweredBy(bytes, body.length())).isEqualTo(expected);
    }

    @Test
    void aSetupIsAConfigurationThatTheGatewayTakes() {
        var full = Setup.full(SOMEWHERE, URI.create("http://127.0.0.1:9"), Path.of("/tmp/j"));

        var config = dev.spangate.gateway.GatewayConfig.parse(full.withServers(3).yaml(), Map.of());
        var bare =
                dev.spangate.gateway.GatewayConfig.parse(
                        full.withoutContent().withoutDestination().yaml(), Map.of());

        assertThat(config.mcp().servers()).containsOnlyKeys("s0", "s1", "s2", "hangs");
        assertThat(config.telemetry().otlp()).hasSize(1);
        assertThat(config.telemetry().capture()).hasToString("FULL");
        assertThat(bare.telemetry().otlp()).isEmpty();
        assertThat(bare.telemetry().capture()).hasToString("NONE");
    }

    @ParameterizedTest
    @CsvSource({
        "dev.spangate.linking.Runs, linking",
        "dev.spangate.telemetry.SpanMetrics, metrics",
        "dev.spangate.telemetry.RecordCodec, journal",
        "io.opentelemetry.exporter.internal.marshal.Serializer, export",
        "io.helidon.webserver.http1.Http1Connection, server",
        "jdk.internal.net.http.Http1Exchange, upstream client",
    })
    void aFrameBelongsToTheModuleOfItsClass(String type, String owner) {
        assertThat(Profile.ownerOf(type)).isEqualTo(owner);
    }

    @Test
    void aFrameOfTheJdkBelongsToWhoCalledIt() {
        assertThat(Profile.ownerOf("java.util.HashMap")).isNull();
    }

    @Test
    void deliveryTellsWhatDestinationsAndJournalCounted() {
        var metrics =
                """
                # HELP spangate_destination_sent_total Spans
                spangate_destination_sent_total{destination="sink"} 12
                spangate_journal_dropped_total{reason="cap"} 0
                http_server_active_requests 1
                """;

        assertThat(Delivery.counters(metrics))
                .containsExactly(
                        "spangate_destination_sent_total{destination=\"sink\"} 12",
                        "spangate_journal_dropped_total{reason=\"cap\"} 0");
    }

    @Test
    void theCommandLineKnowsOtherTargetsAndParts() {
        var main = new Main();

        new CommandLine(main)
                .parseArgs("--target", "other=http://127.0.0.1:4000", "--only", "start,stream");

        assertThat(main.others).containsEntry("other", URI.create("http://127.0.0.1:4000"));
        assertThat(main.only).containsExactly(Main.Part.start, Main.Part.stream);
        assertThat(new CommandLine(main).getUsageMessage())
                .containsPattern(Pattern.quote("--target=NAME=URL"));
    }

    private static List<Double> numbers(String text) {
        return Pattern.compile(" ").splitAsStream(text).map(Double::valueOf).toList();
    }
}
