package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.ObservationType;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireClient;
import dev.spangate.testing.WireRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Never two answers, never a duplicated stream, and every try can be seen.
@Tag("llm")
class ResilienceTest {
    private static final String ALIAS =
            """
            {"providers":{"second":{"base-url":"$URL/second"}},
             "models":{"fast":["openai/gpt-x","second/llama"]}}
            """;
    private static final String CHAT = "{\"model\":\"fast\",\"messages\":[]}";
    private static final String STREAMED = "{\"model\":\"fast\",\"stream\":true,\"messages\":[]}";

    private static String stream(String word) {
        return "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                + word
                + "\"}}]}\n\ndata: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
    }

    private static final Script OK =
            Script.json(
                    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}");

    private static boolean second(WireRequest request) {
        return request.target().startsWith("/second");
    }

    private static Script error(int status, String lines) {
        String body = "{\"error\":{\"message\":\"no\"}}";
        return Script.script()
                .send(
                        "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s"
                                .formatted(status, body.length(), lines, body));
    }

    private static List<JournalRecord.Draft> attempts(LlmBench bench) {
        bench.draft();
        return bench.drafts.stream().filter(d -> d.type() == ObservationType.ATTEMPT).toList();
    }

    /// Every try is a child of the one inference, in order, none beside it (linking.md T).
    @Test
    void everyTryIsAChildOfTheInference() throws Exception {
        String retry =
                ALIAS.replace(
                        "\"models\"", "\"retry\":{\"attempts\":2,\"backoff\":\"1ms\"},\"models\"");
        try (var bench = LlmBench.start(r -> second(r) ? OK : error(503, ""), retry)) {
            assertThat(bench.post("/v1/chat/completions", CHAT).status()).isEqualTo(200);
            var inference = bench.draft();
            var attempts = attempts(bench);
            assertThat(attempts.stream().map(a -> a.attributes().get("spangate.target")))
                    .containsExactly("openai/gpt-x", "openai/gpt-x", "second/llama");
            assertThat(attempts.stream().map(a -> a.attributes().get("http.request.resend_count")))
                    .containsExactly(null, 1L, 2L);
            assertThat(attempts.stream().map(JournalRecord.Draft::error))
                    .containsExactly(true, true, false);
            String trace = bench.traceOf(inference.spanId());
            for (var attempt : attempts) {
                assertThat(bench.traceOf(attempt.spanId())).isEqualTo(trace);
                assertThat(parent(bench, attempt)).isEqualTo(inference.spanId());
                assertThat(attempt.name()).isEqualTo("POST");
                assertThat(attempt.startNanos()).isGreaterThanOrEqualTo(inference.startNanos());
                assertThat(attempt.endNanos()).isLessThanOrEqualTo(inference.endNanos());
            }
        }
    }

    private static String parent(LlmBench bench, JournalRecord.Draft draft) {
        return bench.releases.stream()
                .filter(release -> release.spanId().equals(draft.spanId()))
                .map(JournalRecord.Release::parentSpanId)
                .findFirst()
                .orElseThrow();
    }

    /// One try needs no span of its own.
    @Test
    void aFirstTryThatSucceedsIsTheInferenceItself() throws Exception {
        try (var bench = LlmBench.start(_ -> OK)) {
            bench.post("/openai/v1/chat/completions", "{\"model\":\"m\",\"messages\":[]}");
            assertThat(attempts(bench)).isEmpty();
        }
    }

    /// The first target's stream breaks at each of its bytes: the client has a beginning of it,
    /// cut, or the whole of the second's; never both.
    @Test
    void aStreamThatBreaksAnywhereIsNeverContinuedByAnother() throws Exception {
        byte[] first = stream("first").getBytes(UTF_8);
        String second = stream("second");
        var at = new AtomicInteger();
        try (var bench =
                LlmBench.start(
                        r -> {
                            if (second(r)) {
                                return Script.sse(second);
                            }
                            return Script.script()
                                    .send(
                                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: "
                                                    + first.length
                                                    + "\r\n\r\n")
                                    .send(java.util.Arrays.copyOf(first, at.get()))
                                    .reset();
                        },
                        ALIAS)) {
            int whole = 0;
            for (int i = 0; i < first.length; i += 7) {
                at.set(i);
                String got = whatArrives(bench);
                boolean beginning = stream("first").startsWith(got);
                assertThat(beginning || got.equals(second)).as("cut at %d: %s", i, got).isTrue();
                whole += got.equals(second) ? 1 : 0;
            }
            assertThat(whole).isPositive();
        }
    }

    /// The body as far as it comes.
    private static String whatArrives(LlmBench bench) throws IOException {
        try (var client = bench.client()) {
            client.request("POST", "/v1/chat/completions", STREAMED);
            client.readHead();
            var body = new ByteArrayOutputStream();
            try {
                for (String chunk = client.readChunk();
                        !chunk.isEmpty();
                        chunk = client.readChunk()) {
                    body.writeBytes(chunk.getBytes(UTF_8));
                }
            } catch (IOException cut) {
                // what came before counts
            }
            return body.toString(UTF_8);
        }
    }

    /// A break that the client's connection shows as a break, not as an end.
    @Test
    void aBrokenStreamEndsWithoutItsLastChunk() throws Exception {
        var go = new CountDownLatch(1);
        String frame = stream("one").substring(0, stream("one").indexOf("\n\n") + 2);
        var script = Script.sseHead().chunk(frame).await(go).reset();
        try (var bench = LlmBench.start(_ -> script);
                var client = bench.client()) {
            client.request(
                    "POST",
                    "/openai/v1/chat/completions",
                    "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            client.readUntil("one");
            go.countDown();
            assertThat(rest(client)).doesNotContain("0\r\n\r\n");
            var draft = bench.draft();
            assertThat(draft.error()).isTrue();
            assertThat(draft.output()).contains("one");
        }
    }

    private static String rest(WireClient client) {
        var rest = new StringBuilder();
        try {
            for (String some = client.readSome(); !some.isEmpty(); some = client.readSome()) {
                rest.append(some);
            }
        } catch (IOException reset) {
            // a reset is an end, too
        }
        return rest.toString();
    }

    @Test
    void aTargetThatIsNotThereMovesOn() throws Exception {
        try (var bound = new Socket()) { // bound and not listening: nobody else gets the port
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            movesOn(bound.getLocalPort());
        }
    }

    private static void movesOn(int closed) throws Exception {
        String gone =
                "{\"providers\":{\"gone\":{\"base-url\":\"http://127.0.0.1:"
                        + closed
                        + "\"}},\"models\":{\"fast\":[\"gone/a\",\"openai/b\"]}}";
        try (var bench = LlmBench.start(_ -> OK, gone)) {
            assertThat(bench.post("/v1/chat/completions", CHAT).status()).isEqualTo(200);
            assertThat(bench.upstream.requests()).hasSize(1);
            assertThat(bench.draft().attributes()).containsEntry("spangate.target", "openai/b");
        }
    }

    /// A client that leaves while we wait for another try ends the tries.
    @Test
    void aClientThatLeavesDuringTheWaitEndsTheTries() throws Exception {
        String retry = "{\"retry\":{\"attempts\":3,\"backoff\":\"60s\",\"max-wait\":\"60s\"}}";
        try (var bench = LlmBench.start(_ -> error(503, ""), retry)) {
            try (var client = bench.client()) {
                client.request("POST", "/openai/v1/chat/completions", "{\"model\":\"m\"}");
                while (bench.upstream.requests().isEmpty()) {
                    Thread.onSpinWait();
                }
            }
            assertThat(bench.draft().attributes())
                    .containsEntry("error.type", "client_disconnected");
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @Test
    void anUpstreamThatFallsSilentInItsStreamMeetsTheIdleDeadline() throws Exception {
        String limits = "{\"providers\":{\"openai\":{\"timeouts\":{\"idle\":\"150ms\"}}}}";
        var script = Script.sseHead().chunk(stream("one").split("\n\n")[0] + "\n\n").hang();
        try (var bench = LlmBench.start(_ -> script, limits);
                var client = bench.client()) {
            client.request(
                    "POST",
                    "/openai/v1/chat/completions",
                    "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            client.readUntil("one");
            assertThat(rest(client)).doesNotContain("0\r\n\r\n");
            assertThat(bench.draft().error()).isTrue();
            assertThat(bench.draft().output()).contains("one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Retry-After: 0.02\r\n", "retry-after-ms: 20\r\n", "X: 1\r\n"})
    void aShortPatienceIsWaitedForAndTheAnswerIsOne(String lines) throws Exception {
        var calls = new AtomicInteger();
        String retry = "{\"retry\":{\"attempts\":2,\"backoff\":\"1ms\"}}";
        try (var bench =
                LlmBench.start(_ -> calls.incrementAndGet() == 1 ? error(429, lines) : OK, retry)) {
            var answer = bench.post("/openai/v1/chat/completions", "{\"model\":\"m\"}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).containsOnlyOnce("\"hi\"");
            assertThat(bench.upstream.requests()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retry-after | 7 | 7000",
                "retry-after | 0.5 | 500",
                "retry-after | -1 | 0",
                "retry-after | soon | 0",
                "retry-after | 99999999999999 | 0",
                "retry-after | 999999999 | 86400000",
                "retry-after-ms | 250 | 250",
                "retry-after-ms | x | 0",
                "retry-after | Sun, 06 Nov 1994 08:49:37 GMT | 0"
            })
    void patienceIsReadAsItIsMeant(String header, String value, long millis) {
        assertThat(RetryAfter.of(response(header, value))).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void aDateIsTheTimeUntilIt() {
        String later =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        ZonedDateTime.now(ZoneOffset.UTC).plusHours(2));
        assertThat(RetryAfter.of(response("retry-after", later)))
                .isBetween(Duration.ofMinutes(115), Duration.ofMinutes(121));
    }

    private static dev.spangate.proxy.UpstreamResponse response(String header, String value) {
        return new dev.spangate.proxy.UpstreamResponse(
                429,
                List.of(new dev.spangate.proxy.HttpField(header, value)),
                java.io.InputStream.nullInputStream(),
                () -> {});
    }
}
