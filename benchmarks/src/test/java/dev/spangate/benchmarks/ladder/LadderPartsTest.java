package dev.spangate.benchmarks.ladder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.benchmarks.ladder.Connection.PieceListener;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
                Child.java(
                        List.of("-XX:+UseSerialGC"),
                        path,
                        "dev.spangate.benchmarks.ladder.Upstream",
                        List.of(),
                        folder.resolve("upstream.log"));
        int port = Integer.parseInt(upstream.await("port=", 60));
        direct = new Target("direct", URI.create("http://127.0.0.1:" + port), "", upstream);
    }

    @AfterAll
    static void stopUpstream() {
        upstream.close();
    }

    /// An answer with its body.
    private record Got(Connection.Answer answer, String body) {}

    private static Got send(Exchange exchange) throws IOException {
        try (var connection = new Connection(direct.base())) {
            var answer = connection.send(exchange, 1, PieceListener.NONE);
            return new Got(answer, connection.body());
        }
    }

    @Test
    void theUpstreamAnswersASmallCompletion() throws IOException {
        var got = send(direct.chat("bench", false, 1000));

        assertThat(got.answer().status()).isEqualTo(200);
        assertThat(got.answer().asExpected()).isTrue();
        assertThat(got.body()).contains("\"finish_reason\":\"stop\"").hasSizeBetween(800, 1200);
    }

    @Test
    void theUpstreamAnswersALargeCompletion() throws IOException {
        assertThat(send(direct.chat("large", false, 10)).body()).hasSizeGreaterThan(100 << 10);
    }

    @Test
    void theUpstreamTakesSpansLikeAnOtlpEndpoint() throws IOException {
        var spans =
                Exchange.post(direct.base().getAuthority(), "/v1/traces", Map.of(), "anything", "");

        assertThat(send(spans).answer().asExpected()).isTrue();
    }

    @Test
    void oneConnectionCarriesManyRequests() throws IOException {
        try (var connection = new Connection(direct.base())) {
            for (int i = 0; i < 5; i++) {
                var answer = connection.send(direct.chat("bench", false, i), i, PieceListener.NONE);
                assertThat(answer.asExpected()).isTrue();
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
                            1,
                            (bytes, from, length, now) ->
                                    pieces.add(
                                            new String(
                                                    bytes, from, length, StandardCharsets.UTF_8)));
            assertThat(answer.headers()).containsEntry("content-type", "text/event-stream");
            assertThat(connection.body())
                    .endsWith("data: [DONE]\n\n")
                    .contains("\"total_tokens\":224");
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
        assertThat(probe.broken()).isZero();
    }

    @Test
    void aStreamProbeTellsOfAnAnswerThatIsNoStream() throws IOException {
        var probe = new StreamProbe();
        var noStream =
                Exchange.post(
                        direct.base().getAuthority(),
                        "/v1/chat/completions",
                        Map.of(),
                        "{\"messages\":[]}",
                        "[DONE]");

        probe.run(direct.base(), noStream, 3);

        assertThat(probe.broken()).isEqualTo(3);
        assertThat(probe.first().count()).isZero();
    }

    @Test
    void anMcpSessionListsAndCallsTools() throws IOException {
        var session = direct.mcpSession();

        var list = send(direct.rpc(session, "tools/list", "{}", "tool_19"));
        var call = send(direct.toolCall(session, "tool_01"));
        var unknown = send(direct.rpc(session, "nothing/known", "{}", ""));

        assertThat(session).containsEntry("MCP-Protocol-Version", "2025-11-25");
        assertThat(list.body()).contains("tool_00", "tool_19", "\"id\":10000000001");
        assertThat(call.answer().asExpected()).isTrue();
        assertThat(unknown.body()).contains("-32601");
    }

    @Test
    void aClosedLoopSendsUntilTheTimeIsUp() throws Exception {
        var exchange = direct.chat("bench", false, 10);

        var outcome = Load.closed(direct.base(), exchange, 4, 0.2);

        assertThat(outcome.requests()).isPositive();
        assertThat(outcome.failures()).isZero();
        assertThat(outcome.latencies().count()).isEqualTo((int) outcome.requests());
    }

    @Test
    void anOpenLoopSendsExactlyItsRateTimesItsTime() throws Exception {
        var exchange = direct.chat("bench", false, 10);

        var outcome = Load.open(direct.base(), exchange, 4, 100, 0.5);

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

        var outcome = Load.open(direct.base(), exchange, 1, 100, 0.05);

        assertThat(outcome.failures()).isEqualTo(outcome.requests()).isPositive();
    }

    @Test
    void aTargetThatIsNotThereIsAFailureForEachConnection() throws Exception {
        var exchange = direct.chat("bench", false, 10);

        var outcome = Load.closed(URI.create("http://127.0.0.1:1"), exchange, 3, 0.1);

        assertThat(outcome.requests()).isZero();
        assertThat(outcome.failures()).isEqualTo(3);
    }

    @Test
    void aConversationIsAsLongAsItsMessages() {
        assertThat(direct.conversation(1000).length()).isBetween(1_000_000, 1_100_000);
    }

    @Test
    void theKernelCountsMemoryAndTimeOfAChild() throws IOException {
        assertThat(upstream.residentMegabytes()).isPositive();
        assertThat(upstream.cpuSeconds()).isGreaterThanOrEqualTo(0);
        assertThat(upstream.cpuSecondsByThread()).containsKeys("java", "VM Thread");
    }

    @Test
    void aChildThatDiesTellsItsOutput() throws IOException {
        var log = folder.resolve("dead.log");
        var dead = Child.start(List.of("sh", "-c", "echo no such thing; exit 3"), log);

        assertThatThrownBy(() -> dead.await("port=", 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such thing");
        dead.close();
        assertThat(Files.readString(log)).contains("no such thing");
    }
}
