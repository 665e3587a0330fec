package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.ObservationType;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverTest {
    private static final String ALIAS =
            """
            {"providers":{"second":{"base-url":"$URL/second"}},
             "models":{"fast":["openai/gpt-x","second/llama"]}}
            """;
    private static final String CHAT = "{\"model\":\"fast\",\"messages\":[]}";
    private static final Script OK =
            Script.json(
                    "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}");

    private static boolean second(WireRequest request) {
        return request.target().startsWith("/second");
    }

    private static Script error(int status) {
        return Script.answer(status, "application/json", "{\"error\":{\"message\":\"no\"}}");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 529, 401, 404})
    void anAliasMovesToItsNextTarget(int status) throws Exception {
        try (var bench = LlmBench.start(r -> second(r) ? OK : error(status), ALIAS)) {
            var answer = bench.post("/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("hi");
            var bodies = bench.upstream.requests().stream().map(WireRequest::body).toList();
            assertThat(bodies)
                    .containsExactly(
                            "{\"model\":\"gpt-x\",\"messages\":[]}",
                            "{\"model\":\"llama\",\"messages\":[]}");
            assertThat(bench.upstream.requests().getLast().headers())
                    .doesNotContainKey("authorization");
            var attempts = attempts(bench);
            assertThat(attempts).hasSize(2);
            assertThat(attempts.getFirst().attributes())
                    .containsEntry("error.type", String.valueOf(status))
                    .containsEntry("spangate.target", "openai/gpt-x");
            assertThat(attempts.getLast().attributes())
                    .containsEntry("http.response.status_code", 200L)
                    .containsEntry("http.request.resend_count", 1L);
            assertThat(bench.draft().error()).isFalse();
            assertThat(bench.draft().attributes())
                    .containsEntry("spangate.target", "second/llama")
                    .containsEntry("spangate.requested_model", "fast");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 422})
    void aRequestThatIsWrongIsNotTriedElsewhere(int status) throws Exception {
        try (var bench = LlmBench.start(r -> second(r) ? OK : error(status), ALIAS)) {
            assertThat(bench.post("/v1/chat/completions", CHAT).status()).isEqualTo(status);
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @Test
    void aConnectionThatDiesBeforeTheAnswerMovesOn() throws Exception {
        try (var bench = LlmBench.start(r -> second(r) ? OK : Script.script().reset(), ALIAS)) {
            assertThat(bench.post("/v1/chat/completions", CHAT).status()).isEqualTo(200);
            assertThat(attempts(bench).getFirst().attributes())
                    .containsEntry("error.type", "upstream_reset");
        }
    }

    @Test
    void afterTheFirstByteThereIsNoSecondAnswer() throws Exception {
        String frame =
                "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}]}\n\n";
        var half = Script.sseHead().chunk(frame).cut();
        try (var bench = LlmBench.start(r -> second(r) ? OK : half, ALIAS);
                var client = bench.client()) {
            client.request("POST", "/v1/chat/completions", CHAT.replace("}", ",\"stream\":true}"));
            client.readUntil("one");
            assertThat(bench.draft().error()).isTrue();
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @Test
    void theLastFailureIsTheClients() throws Exception {
        try (var bench = LlmBench.start(r -> error(second(r) ? 429 : 503), ALIAS)) {
            assertThat(bench.post("/v1/chat/completions", CHAT).status()).isEqualTo(429);
        }
    }

    @Test
    void aTargetThatFailedTwiceIsAskedLast() throws Exception {
        try (var bench = LlmBench.start(r -> second(r) ? OK : error(503), ALIAS)) {
            for (int i = 0; i < 4; i++) {
                bench.post("/v1/chat/completions", CHAT);
            }
            assertThat(bench.upstream.requests().stream().filter(r -> !second(r))).hasSize(2);
        }
    }

    @Test
    void aPathOfItsOwnIsNotRetriedUnlessConfigured() throws Exception {
        try (var bench = LlmBench.start(_ -> error(503))) {
            bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(bench.upstream.requests()).hasSize(1);
        }
        var calls = new AtomicInteger();
        String retry = "{\"retry\":{\"attempts\":3,\"backoff\":\"1ms\"}}";
        try (var bench =
                LlmBench.start(_ -> calls.incrementAndGet() < 3 ? error(503) : OK, retry)) {
            assertThat(bench.post("/openai/v1/chat/completions", CHAT).status()).isEqualTo(200);
            assertThat(attempts(bench)).hasSize(3);
        }
    }

    @Test
    void aLongRetryAfterIsPassedOnInsteadOfWaitedFor() throws Exception {
        var patience =
                Script.script()
                        .send("HTTP/1.1 429 X\r\nRetry-After: 3600\r\nContent-Length: 2\r\n\r\n{}");
        String retry = "{\"retry\":{\"attempts\":3}}";
        try (var bench = LlmBench.start(_ -> patience, retry)) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.head().header("retry-after")).isEqualTo("3600");
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @Test
    void aProviderThatRefusesTheQuestionForUsageIsAskedWithoutIt() throws Exception {
        var refusal =
                Script.answer(
                        422, "application/json", "{\"detail\":\"extra field stream_options\"}");
        String stream = "{\"model\":\"m\",\"stream\":true}";
        try (var bench = LlmBench.start(r -> r.body().contains("stream_options") ? refusal : OK)) {
            assertThat(bench.post("/openai/v1/chat/completions", stream).status()).isEqualTo(200);
            assertThat(bench.post("/openai/v1/chat/completions", stream).status()).isEqualTo(200);
            assertThat(bench.upstream.requests().stream().map(WireRequest::body))
                    .endsWith(stream, stream)
                    .hasSize(3);
        }
    }

    @Test
    void anotherRefusalOfAStreamIsTheClients() throws Exception {
        try (var bench = LlmBench.start(_ -> error(400))) {
            String stream = "{\"model\":\"m\",\"stream\":true}";
            var answer = bench.post("/openai/v1/chat/completions", stream);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("{\"error\":{\"message\":\"no\"}}");
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @Test
    void wildcardsCarryTheModelsName() throws Exception {
        String wild = "{\"models\":{\"gpt-*\":\"openai/gpt-*\",\"*\":\"anthropic/claude\"}}";
        try (var bench = LlmBench.start(_ -> OK, wild)) {
            bench.post("/v1/chat/completions", "{\"model\":\"gpt-9-mini\"}");
            assertThat(bench.upstream.requests().getFirst().body())
                    .isEqualTo("{\"model\":\"gpt-9-mini\"}");
            bench.post("/v1/messages", "{\"model\":\"any\"}");
            assertThat(bench.upstream.requests().getLast().body())
                    .isEqualTo("{\"model\":\"claude\"}");
        }
    }

    @Test
    void weightsDrawTheFirstTarget() throws Exception {
        String weights =
                """
                {"providers":{"second":{"base-url":"$URL/second"}},
                 "models":{"fast":[{"target":"openai/a","weight":0},{"target":"second/b","weight":5}]}}
                """;
        try (var bench = LlmBench.start(_ -> OK, weights)) {
            for (int i = 0; i < 5; i++) {
                bench.post("/v1/chat/completions", CHAT);
            }
            assertThat(bench.upstream.requests()).allMatch(FailoverTest::second);
        }
    }

    private static List<JournalRecord.Draft> attempts(LlmBench bench) {
        bench.draft();
        return bench.drafts.stream().filter(d -> d.type() == ObservationType.ATTEMPT).toList();
    }
}
