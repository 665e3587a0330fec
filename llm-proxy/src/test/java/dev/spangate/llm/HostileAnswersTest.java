package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams that lie, and clients that try: the bytes pass, the span says what was wrong.
class HostileAnswersTest {
    private static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    private static final String FINISH =
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {\"choices\":[{\"index\":\"x\",\"delta\":7,\"finish_reason\":[]}]}\n\n",
                "data: {\"choices\":{\"a\":1}}\n\n",
                "data: [1,2,3]\n\n",
                "data: {\"choices\":[{\"delta\":{\"tool_calls\":{\"0\":1}}}]}\n\n",
                "data: {\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":1e99}}\n\n",
                "data: nonsense\n\n",
                "data\n\nid\n\n:\n\n\n\n",
                "event: x\ndata: {\"error\":\"text\"}\n\n"
            })
    void framesOfWrongShapePassAndTheInferenceStillEnds(String frame) throws Exception {
        String body = frame + FINISH + "data: [DONE]\n\n";
        try (var bench = LlmBench.start(Script.sse(body))) {
            assertThat(bench.post("/openai/v1/chat/completions", STREAM).body()).isEqualTo(body);
            assertThat(bench.draft().name()).isEqualTo("chat m");
        }
    }

    @Test
    void anEventOfAMegabytePassesWhole() throws Exception {
        String frame =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + "y".repeat(1_000_000)
                        + "\"}}]}\n\n";
        String body = frame + FINISH + "data: [DONE]\n\n";
        try (var bench = LlmBench.start(Script.sse(body))) {
            assertThat(bench.post("/openai/v1/chat/completions", STREAM).body()).isEqualTo(body);
            assertThat(bench.draft().output()).hasSizeGreaterThan(1_000_000);
        }
    }

    @Test
    void depthAndLongNumbersAreRelayedExactly() throws Exception {
        String deep = "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        String number =
                "{\"x\":" + "9".repeat(400) + ",\"y\":1e999999,\"z\":-0,\"w\":9007199254740993}";
        for (String body : new String[] {deep, number}) {
            try (var bench = LlmBench.start(Script.json(body))) {
                String request = body.replace("{", "{\"model\":\"m\",");
                assertThat(bench.post("/openai/v1/chat/completions", request).body())
                        .isEqualTo(body);
                assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(request);
            }
        }
    }

    @Test
    void aStreamAnnouncedAsJsonIsReadAsAStreamAndTheOtherWayRound() throws Exception {
        String stream =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n" + FINISH;
        try (var bench = LlmBench.start(Script.answer(200, "application/json", stream))) {
            assertThat(bench.post("/openai/v1/chat/completions", STREAM).body()).isEqualTo(stream);
            assertThat(bench.draft().output()).contains("hi");
        }
        String whole =
                "{\"choices\":[{\"index\":0,\"message\":{\"content\":\"ho\"},\"finish_reason\":\"stop\"}]}";
        try (var bench = LlmBench.start(Script.answer(200, "text/event-stream", whole))) {
            assertThat(bench.post("/openai/v1/chat/completions", STREAM).body()).isEqualTo(whole);
            assertThat(bench.draft().output()).contains("ho");
        }
    }

    @Test
    void emptyAnswersAndPagesOfHtmlPass() throws Exception {
        for (String body : new String[] {"", "<html>busy</html>"}) {
            try (var bench = LlmBench.start(Script.answer(200, "text/html", body))) {
                assertThat(bench.post("/openai/v1/chat/completions", STREAM).body())
                        .isEqualTo(body);
                assertThat(bench.draft().attributes()).containsKey("spangate.response.unread");
            }
        }
    }

    @Test
    void noCredentialIsFoundInAnySpan() throws Exception {
        String echo =
                "data: {\"error\":{\"message\":\"no sk-configured-openai\",\"code\":\"bad\"}}\n\n";
        try (var bench = LlmBench.start(Script.sse(echo))) {
            bench.post(
                    "/openai/v1/chat/completions?key=sk-canary-query",
                    STREAM,
                    "Authorization: Bearer sk-canary-auth",
                    "x-api-key: sk-canary-api",
                    "Cookie: s=sk-canary-cookie");
            bench.draft();
            assertThat(bench.drafts.toString())
                    .doesNotContain("sk-canary")
                    .doesNotContain("sk-configured-openai");
            assertThat(bench.upstream.requests().getFirst().rawHead()).doesNotContain("sk-canary");
        }
    }

    @Test
    void modelsOfAllProvidersAreListedUnderTheirNames() throws Exception {
        String list = "{\"data\":[{\"id\":\"gpt-x\"},{\"id\":\"\"}]}";
        String alias = "{\"models\":{\"fast\":\"openai/gpt-x\",\"any-*\":\"openai/*\"}}";
        try (var bench =
                        LlmBench.start(
                                r ->
                                        r.headers().containsKey("x-api-key")
                                                ? Script.script().cut()
                                                : Script.json(list),
                                alias);
                var client = bench.client()) {
            client.request("GET", "/v1/models", "");
            var answer = Json.object(client.readAnswer().body()).orElseThrow();
            assertThat(answer.path("data").valueStream().map(m -> Json.text(m, "id")))
                    .containsExactly("fast", "openai/gpt-x");
        }
    }
}
