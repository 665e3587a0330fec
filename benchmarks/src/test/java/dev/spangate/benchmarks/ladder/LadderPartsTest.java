package dev.spangate.benchmarks.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The parts of the ladder against its own upstream, a process of its own as in a real run.
class LadderPartsTest {
    @TempDir static Path folder;
    private static Child upstream;
    private static Target direct;

    @BeforeAll
    static void startUpstream() throws Exception {
        var path =
                System.getProperty("jdk.module.path") == null
                        ? System.getProperty("java.class.path")
                        : "target/classes";
        upstream =
                Child.start(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                path,
                                "dev.spangate.benchmarks.ladder.Upstream"),
                        folder.resolve("upstream.log"));
        int port = Integer.parseInt(upstream.await("port=", 60));
        direct = new Target("direct", URI.create("http://127.0.0.1:" + port), "", upstream);
    }

    @AfterAll
    static void stopUpstream() throws IOException {
        upstream.close();
    }

    private static Connection.Answer send(Exchange exchange) throws IOException {
        try (var connection = new Connection(direct.base())) {
            return connection.send(exchange, (bytes, length, now) -> {});
        }
    }

    @Test
    void theUpstreamAnswersASmallCompletion() throws IOException {
        var answer = send(direct.chat("bench", false, 1000));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"finish_reason\":\"stop\"").hasSizeLessThan(2000);
    }

    @Test
    void theUpstreamAnswersALargeCompletion() throws IOException {
        assertThat(send(direct.chat("large", false, 10)).body()).hasSizeGreaterThan(100 << 10);
    }

    @Test
    void oneConnectionCarriesManyRequests() throws IOException {
        try (var connection = new Connection(direct.base())) {
            for (int i = 0; i < 5; i++) {
                var answer = connection.send(direct.chat("bench", false, i), (b, n, t) -> {});
                assertThat(answer.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aStreamComesInPiecesAndEndsWithDone() throws IOException {
        var pieces = new ArrayList<String>();
        try (var connection = new Connection(direct.base())) {
            var answer =
                    connection.send(
                            direct.chat("bench", true, 10),
                            (bytes, length, now) ->
                                    pieces.add(
                                            new String(bytes, 0, length, StandardCharsets.UTF_8)));
            assertThat(answer.headers()).containsEntry("content-type", "text/event-stream");
            assertThat(answer.body()).endsWith("data: [DONE]\n\n").contains("\"total_tokens\":224");
        }
        assertThat(pieces).hasSize(26);
        assertThat(pieces.getFirst()).startsWith("data: {").contains("\"stamp\":");
    }

    @Test
    void aStreamProbeCountsOneFirstAndTheOtherEvents() throws IOException {
        var probe = new StreamProbe();

        probe.run(direct.base(), direct.chat("bench", true, 10), 2);

        assertThat(probe.first().count()).isEqualTo(2);
        assertThat(probe.later().count()).isEqualTo(46);
        assertThat(probe.first().millis(50)).isGreaterThan(0);
    }

    @Test
    void anMcpSessionListsAndCallsTools() throws IOException {
        var session = direct.mcpSession();

        var list = send(direct.rpc(session, "tools/list", "{}", "tool_19"));
        var call = send(direct.rpc(session, "tools/call", "{\"name\":\"tool_01\"}", "content"));
        var unknown = send(direct.rpc(session, "nothing/known", "{}", ""));

        assertThat(session).containsEntry("MCP-Protocol-Version", "2025-11-25");
        assertThat(list.body()).contains("tool_00", "tool_19", "\"id\":7");
        assertThat(call.body()).contains("\"type\":\"text\"");
        assertThat(unknown.body()).contains("-32601");
    }

    @Test
    void aClosedLoopSendsUntilTheTimeIsUp() throws Exception {
        var exchange = direct.chat("bench", false, 10);

        var outcome = new Load(direct.base(), () -> exchange).closed(4, 0.2);

        assertThat(outcome.requests()).isPositive();
        assertThat(outcome.failures()).isZero();
        assertThat(outcome.latencies().count()).isEqualTo((int) outcome.requests());
    }

    @Test
    void anOpenLoopSendsExactlyItsRateTimesItsTime() throws Exception {
        var exchange = direct.chat("bench", false, 10);

        var outcome = new Load(direct.base(), () -> exchange).open(4, 100, 0.5);

        assertThat(outcome.requests()).isEqualTo(50);
        assertThat(outcome.failures()).isZero();
    }

    @Test
    void anAnswerWithoutTheExpectedTextIsAFailure() throws Exception {
        var exchange =
                Exchange.post(
                        direct.base().getAuthority(),
                        "/v1/chat/completions",
                        Map.of(),
                        "{\"messages\":[]}",
                        "this text is not in the answer");

        var outcome = new Load(direct.base(), () -> exchange).open(1, 100, 0.05);

        assertThat(outcome.failures()).isEqualTo(outcome.requests()).isPositive();
    }

    @Test
    void aTargetThatIsNotThereIsAFailureForEachConnection() throws Exception {
        var nowhere = URI.create("http://127.0.0.1:1");
        var exchange = direct.chat("bench", false, 10);

        var outcome = new Load(nowhere, () -> exchange).closed(3, 0.1);

        assertThat(outcome.requests()).isZero();
        assertThat(outcome.failures()).isEqualTo(3);
    }

    @Test
    void aConversationIsAsLongAsItsMessages() {
        var exchange = direct.conversation(1000);

        assertThat(exchange.bytes().length).isBetween(1_000_000, 1_100_000);
    }

    @Test
    void theKernelCountsMemoryAndTimeOfAChild() throws IOException {
        assertThat(upstream.residentMegabytes()).isPositive();
        assertThat(upstream.cpuSeconds()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void aChildThatDiesTellsItsOutput() throws IOException {
        var log = folder.resolve("dead.log");
        var dead = Child.start(List.of("sh", "-c", "echo no such thing; exit 3"), log);

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> dead.await("port=", 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such thing");
        dead.close();
        assertThat(Files.readString(log)).contains("no such thing");
    }

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

    @Test
    void aReportIsMarkdownWithTheRatioToNginx() {
        var figures = new LinkedHashMap<String, List<String>>();
        figures.put("direct", List.of("-", "9000", "0.10", "0.00", "0.00", "0"));
        figures.put("nginx", List.of("30.00", "8000", "0.20", "0.10", "0.10", "0"));
        figures.put("spangate", List.of("90.00", "5000", "0.30", "0.20", "0.40", "0"));
        var bytes = new ByteArrayOutputStream();

        new Report(new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .requests(List.of(new Rung("LLM 1 KB", figures)));

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("| LLM 1 KB | spangate | 90.00 | 5000 | 0.30 | 0.20 | 0.40 | 0 |")
                .contains("LLM 1 KB: 3.0 × nginx's CPU per request");
    }

    @Test
    void figuresAreShort() {
        assertThat(Ladder.format(0.123456)).isEqualTo("0.12");
        assertThat(Ladder.format(1234.5)).isEqualTo("1235");
        assertThat(Ladder.format(-0.5)).isEqualTo("-0.50");
    }
}
