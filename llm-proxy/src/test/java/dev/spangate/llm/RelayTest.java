package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Level;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final String CHAT =
            "{\"model\":\"gpt-x\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String STREAM =
            "{\"model\":\"gpt-x\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String ANSWER =
            "{\"id\":\"c-1\",\"object\":\"chat.completion\",\"model\":\"gpt-x-1\",\"unknown\":1.50,\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}";

    private static String chunk(String delta, String finish) {
        return "data: {\"id\":\"c-1\",\"model\":\"gpt-x-1\",\"choices\":[{\"index\":0,\"delta\":"
                + delta
                + ",\"finish_reason\":"
                + finish
                + "}]}\n\n";
    }

    private static final String USAGE =
            "data: {\"id\":\"c-1\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2,\"total_tokens\":7}}\n\n";

    @Test
    void anUnstreamedAnswerPassesByteByByteAndIsRead() throws Exception {
        try (var bench = LlmBench.start(Script.json(ANSWER))) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(ANSWER);
            assertThat(answer.head().header("content-length"))
                    .isEqualTo(String.valueOf(ANSWER.length()));
            var request = bench.upstream.requests().getFirst();
            assertThat(request.target()).isEqualTo("/v1/chat/completions");
            assertThat(request.body()).isEqualTo(CHAT);
            assertThat(request.header("authorization")).isEqualTo("Bearer sk-configured-openai");
            assertThat(request.header("accept-encoding")).isEqualTo("identity");
            var draft = bench.draft();
            assertThat(draft.output()).isEqualTo("{\"role\":\"assistant\",\"content\":\"hello\"}");
            assertThat(draft.usage().input()).isEqualTo(5);
            assertThat(draft.attributes())
                    .containsEntry("server.port", (long) bench.upstream.port());
        }
    }

    @Test
    void aFrameReachesTheClientBeforeTheNextIsSent() throws Exception {
        var go = new CountDownLatch(1);
        var script =
                Script.sseHead()
                        .chunk(chunk("{\"content\":\"one\"}", "null"))
                        .await(go)
                        .chunk(chunk("{\"content\":\" two\"}", "null"))
                        .chunk(chunk("{}", "\"stop\""))
                        .chunk(USAGE)
                        .chunk("data: [DONE]\n\n")
                        .lastChunk();
        try (var bench = LlmBench.start(script);
                var client = bench.client()) {
            client.request("POST", "/openai/v1/chat/completions", STREAM);
            assertThat(client.readUntil("one")).contains("text/event-stream");
            go.countDown();
            client.readUntil("[DONE]");
            var draft = bench.draft();
            assertThat(draft.output()).contains("one two");
            assertThat(draft.completionStartNanos()).isPositive();
            assertThat(draft.usage().output()).isEqualTo(2);
        }
    }

    @Test
    void usageThatTheClientDidNotAskForIsAskedForAndKeptFromIt() throws Exception {
        String text = chunk("{\"content\":\"one\"}", "null") + chunk("{}", "\"stop\"");
        var script = Script.sse(text, USAGE, "data: [DONE]\n\n");
        try (var bench = LlmBench.start(script)) {
            String request =
                    "{ \"model\":\"gpt-x\", \"big\":12345678901234567890.10, \"stream\" : true,\"messages\":[]}";
            var answer = bench.post("/openai/v1/chat/completions", request);
            assertThat(answer.body()).isEqualTo(text + "data: [DONE]\n\n");
            assertThat(bench.upstream.requests().getFirst().body())
                    .isEqualTo(
                            "{\"stream_options\":{\"include_usage\":true}," + request.substring(1));
            assertThat(bench.draft().usage().input()).isEqualTo(5);
        }
    }

    @Test
    void anAskedForUsageFrameStaysTheClients() throws Exception {
        String text = chunk("{}", "\"stop\"") + USAGE + "data: [DONE]\n\n";
        try (var bench = LlmBench.start(Script.sse(text))) {
            assertThat(bench.post("/openai/v1/chat/completions", STREAM).body()).isEqualTo(text);
        }
    }

    @Test
    void anUpstreamErrorReachesTheClientAsItIs() throws Exception {
        String error =
                "{\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}";
        var script =
                Script.script()
                        .send(
                                "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Type: application/json\r\nContent-Length: "
                                        + error.length()
                                        + "\r\n\r\n"
                                        + error);
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body()).isEqualTo(error);
            assertThat(answer.head().header("retry-after")).isEqualTo("7");
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }

    @Test
    void aKeyOfOursThatAnErrorEchoesIsMasked() throws Exception {
        String error =
                "{\"error\":{\"message\":\"bad key sk-configured-openai\",\"code\":\"invalid_api_key\"}}";
        try (var bench = LlmBench.start(Script.answer(401, "application/json", error))) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).isEqualTo(error.replace("sk-configured-openai", "***"));
        }
    }

    @Test
    void aStreamThatBreaksOffIsCutWithEverythingThatCame() throws Exception {
        // Once the head is through: a break right behind it may also be an honest 502.
        var go = new CountDownLatch(1);
        var script =
                Script.sseHead()
                        .chunk(chunk("{\"content\":\"one\"}", "null"))
                        .await(go)
                        .chunk("data: {\"id\":\"c-1\",\"cho")
                        .cut();
        try (var bench = LlmBench.start(script);
                var client = bench.client()) {
            client.request("POST", "/openai/v1/chat/completions", STREAM);
            client.readUntil("one");
            go.countDown();
            assertThat(untilClosed(client)).contains("\"cho").doesNotContain("0\r\n\r\n");
            assertThat(bench.draft().output()).contains("one");
            assertThat(bench.draft().attributes()).containsEntry("error.type", "upstream_reset");
        }
    }

    private static String untilClosed(WireClient client) {
        var rest = new StringBuilder();
        try {
            for (var some = client.readSome(); !some.isEmpty(); some = client.readSome()) {
                rest.append(some);
            }
        } catch (IOException reset) {
            // a reset is an end, too
        }
        return rest.toString();
    }

    @Test
    void anUpstreamThatDiesBeforeItsFirstByteIsABadGateway() throws Exception {
        try (var bench = LlmBench.start(Script.script().reset())) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).contains("\"code\":\"upstream_reset\"");
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }

    @Test
    void aSlowUpstreamMeetsTheFirstByteDeadlineInTheDialectsShape() throws Exception {
        String limits = "{\"providers\":{\"anthropic\":{\"timeouts\":{\"first-byte\":\"100ms\"}}}}";
        try (var bench = LlmBench.start(_ -> Script.script().hang(), limits)) {
            var answer =
                    bench.post("/anthropic/v1/messages", "{\"model\":\"claude\",\"messages\":[]}");
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.body())
                    .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"timeout_error\"");
        }
    }

    @Test
    void aClientThatLeavesWhileBytesFlowCancelsTheUpstream() throws Exception {
        var script = Script.sseHead();
        for (int i = 0; i < 400; i++) {
            script.chunk(chunk("{\"content\":\"x\"}", "null"))
                    .delay(java.time.Duration.ofMillis(20));
        }
        try (var bench = LlmBench.start(script)) {
            try (var client = bench.client()) {
                client.request("POST", "/openai/v1/chat/completions", STREAM);
                client.readUntil("\"x\"");
            }
            assertThat(bench.draft().level()).isNotNull();
            awaitGone(bench);
        }
    }

    @Test
    void aClientThatLeavesASilentUpstreamCancelsIt() throws Exception {
        try (var bench = LlmBench.start(Script.script().hang())) {
            try (var client = bench.client()) {
                client.request("POST", "/openai/v1/chat/completions", CHAT);
                while (bench.upstream.requests().isEmpty()) {
                    Thread.onSpinWait();
                }
            }
            awaitGone(bench);
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }

    private static void awaitGone(LlmBench bench) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (bench.upstream.openConnections() > 0 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(bench.upstream.openConnections()).isZero();
    }

    @Test
    void aCompressedAnswerIsRelayedAsItIsAndRead() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(ANSWER.getBytes(UTF_8));
        }
        var script =
                Script.script()
                        .send(
                                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: application/json\r\nContent-Length: "
                                        + packed.size()
                                        + "\r\n\r\n")
                        .send(packed.toByteArray());
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.head().header("content-encoding")).isEqualTo("gzip");
            assertThat(answer.head().header("content-length")).isEqualTo("" + packed.size());
            assertThat(bench.draft().output()).contains("hello");
        }
    }

    @Test
    void aBodyThatNobodyCanReadPassesAsItIs() throws Exception {
        String deep = "[".repeat(100_000);
        for (String body :
                new String[] {
                    "{\"model\":\"a\",\"model\":\"b\"}",
                    "not json",
                    "{\"x\":" + deep,
                    "{\"model\":\"\uD800\"}".replace("\uD800", "")
                }) {
            try (var bench = LlmBench.start(Script.json("{\"odd\":true}"))) {
                var answer = bench.post("/openai/v1/chat/completions", body);
                assertThat(answer.status()).isEqualTo(200);
                assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(body);
                assertThat(bench.drafts(1)).hasSize(1);
            }
        }
    }

    @Test
    void anythingElseBelowAProviderPasses() throws Exception {
        try (var bench = LlmBench.start(Script.json("{\"data\":[]}"));
                var client = bench.client()) {
            client.request("GET", "/openai/v1/models?limit=3", "");
            assertThat(client.readAnswer().body()).isEqualTo("{\"data\":[]}");
            var request = bench.upstream.requests().getFirst();
            assertThat(request.target()).isEqualTo("/v1/models?limit=3");
            var draft = bench.draft();
            assertThat(draft.name()).isEqualTo("GET openai");
            assertThat(draft.level()).isEqualTo(Level.DEBUG);
        }
    }

    @Test
    void countTokensIsNoInference() throws Exception {
        try (var bench = LlmBench.start(Script.json("{\"input_tokens\":10}"))) {
            var answer =
                    bench.post(
                            "/anthropic/v1/messages/count_tokens?beta=true", "{\"model\":\"c\"}");
            assertThat(answer.body()).isEqualTo("{\"input_tokens\":10}");
            assertThat(bench.draft().name()).isEqualTo("POST anthropic");
            assertThat(bench.upstream.requests().getFirst().header("x-api-key"))
                    .isEqualTo("sk-configured-anthropic");
        }
    }
}
