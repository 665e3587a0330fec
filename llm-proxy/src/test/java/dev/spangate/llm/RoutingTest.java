package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Secret;
import dev.spangate.testing.Script;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingTest {
    private static final Script OK = Script.json("{\"ok\":true}");
    private static final Caller TEAM =
            new Caller("team-a", "team-a", false, TraceMode.JOIN, Capture.FULL, List.of());
    private static final Authentication KEYS =
            Authentication.of(Map.of(TEAM, Secret.of("sgk_team")));

    private static String chat(String model) {
        return "{\"model\": \"" + model + "\", \"messages\":[]}";
    }

    @Test
    void aProviderInTheModelsNameIsTakenAwayAndNothingElseChanges() throws Exception {
        try (var bench = LlmBench.start(OK)) {
            bench.post("/v1/chat/completions", chat("openai/ft:gpt/x"));
            var request = bench.upstream.requests().getFirst();
            assertThat(request.body()).isEqualTo(chat("ft:gpt/x"));
            assertThat(request.target()).isEqualTo("/v1/chat/completions");
            assertThat(bench.draft().name()).isEqualTo("chat ft:gpt/x");
        }
    }

    @Test
    void aBareModelGoesToTheOnlyProviderThatSpeaksTheDialect() throws Exception {
        try (var bench = LlmBench.start(OK)) {
            bench.post("/v1/messages", chat("claude-x"));
            var request = bench.upstream.requests().getFirst();
            assertThat(request.header("x-api-key")).isEqualTo("sk-configured-anthropic");
            assertThat(request.body()).isEqualTo(chat("claude-x"));
        }
    }

    @Test
    void aBareModelThatSeveralProvidersMayMeanIsRefusedWithTheirNames() throws Exception {
        String two =
                "{\"providers\":{\"local\":{\"base-url\":\"$URL\"}},\"models\":{\"fast\":\"openai/gpt-x\"}}";
        try (var bench = LlmBench.start(_ -> OK, two)) {
            var answer = bench.post("/v1/chat/completions", chat("fasd"));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body())
                    .contains(
                            "\"code\":\"unknown_model\"",
                            "did you mean fast, openai/fasd, local/fasd?");
            assertThat(bench.draft().attributes()).containsEntry("gen_ai.request.model", "fasd");
        }
    }

    @Test
    void anAliasGoesToItsTarget() throws Exception {
        String alias = "{\"models\":{\"fast\":[\"openai/gpt-x\"]}}";
        try (var bench = LlmBench.start(_ -> OK, alias)) {
            bench.post("/v1/chat/completions", chat("fast"));
            assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(chat("gpt-x"));
        }
    }

    @Test
    void anUnknownProviderIs404WithTheClosestNames() throws Exception {
        try (var bench = LlmBench.start(OK)) {
            var answer = bench.post("/antropic/v1/messages", chat("c"));
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.body())
                    .startsWith("{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\"")
                    .contains("did you mean anthropic?");
            assertThat(bench.upstream.requests()).isEmpty();
        }
    }

    @Test
    void withoutAnyKeyItIs401ThatNamesTheSetting() throws Exception {
        String open = "{\"providers\":{\"xai\":{\"base-url\":\"$URL\"}}}";
        try (var bench = LlmBench.start(_ -> OK, open)) {
            var answer = bench.post("/xai/v1/chat/completions", chat("grok"));
            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.body()).contains("llm.providers.xai.api-key is not set");
            assertThat(bench.drafts(1)).hasSize(1);
            bench.post("/xai/v1/chat/completions", chat("grok"), "Authorization: Bearer xai-own");
            assertThat(bench.upstream.requests().getFirst().header("authorization"))
                    .isEqualTo("Bearer xai-own");
        }
    }

    @Test
    void spangateKeysNeverTravelAndOwnKeysOnlyBesideThem() throws Exception {
        String open = "{\"providers\":{\"xai\":{\"base-url\":\"$URL\"}}}";
        try (var bench = LlmBench.start(_ -> OK, open, KEYS, Policy.allowAll())) {
            assertThat(bench.post("/xai/v1/chat/completions", chat("g")).status()).isEqualTo(401);
            var alone =
                    bench.post(
                            "/xai/v1/chat/completions",
                            chat("g"),
                            "Authorization: Bearer sgk_team",
                            "x-api-key: xai-own");
            assertThat(alone.status()).isEqualTo(401);
            bench.post(
                    "/xai/v1/chat/completions",
                    chat("g"),
                    "x-spangate-key: sgk_team",
                    "Authorization: Bearer xai-own",
                    "Cookie: a=b");
            assertThat(bench.upstream.requests()).hasSize(1);
            var head = bench.upstream.requests().getFirst().rawHead();
            assertThat(head).contains("xai-own").doesNotContain("sgk_team").doesNotContain("a=b");
        }
    }

    @Test
    void headersOfConnectionAndTraceContextEndHere() throws Exception {
        try (var bench = LlmBench.start(OK)) {
            bench.post(
                    "/openai/v1/chat/completions",
                    chat("g"),
                    "Connection: x-hop",
                    "X-Hop: 1",
                    "X-End: 2",
                    "traceparent: 00-11111111111111111111111111111111-2222222222222222-01",
                    "X-Forwarded-For: 10.0.0.1");
            var request = bench.upstream.requests().getFirst();
            assertThat(request.header("x-end")).isEqualTo("2");
            assertThat(request.headers())
                    .doesNotContainKeys("x-hop", "traceparent", "x-forwarded-for");
        }
    }

    @Test
    void aPolicyThatDeniesOrFailsRefuses() throws Exception {
        Policy denying = (_, _) -> new Decision.Deny(429, "rate-limit", "10 requests a minute");
        Policy failing =
                (_, _) -> {
                    throw new IllegalStateException("secret detail");
                };
        try (var bench = LlmBench.start(_ -> OK, "{}", KEYS, denying)) {
            var answer =
                    bench.post(
                            "/openai/v1/chat/completions", chat("g"), "x-spangate-key: sgk_team");
            assertThat(answer.status()).isEqualTo(429);
            assertThat(answer.body()).contains("rate-limit", "10 requests a minute");
            assertThat(bench.upstream.requests()).isEmpty();
            assertThat(bench.drafts(1)).hasSize(1);
        }
        try (var bench = LlmBench.start(_ -> OK, "{}", KEYS, failing)) {
            var answer =
                    bench.post(
                            "/openai/v1/chat/completions", chat("g"), "x-spangate-key: sgk_team");
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).doesNotContain("secret detail");
        }
    }

    @Test
    void aBodyBeyondTheLimitIs413() throws Exception {
        try (var bench = LlmBench.start(_ -> OK, "{\"max-request-bytes\":2048}")) {
            var answer = bench.post("/anthropic/v1/messages", "x".repeat(3000));
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).contains("request_too_large", "llm.max-request-bytes");
            try (var client = bench.client()) {
                client.send(
                        "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
                client.send("fff\r\n" + "y".repeat(4095) + "\r\n");
                assertThat(client.readHead().status()).isEqualTo(413);
            }
        }
    }

    @Test
    void malformedJsonOnTheUnifiedSurfaceIs400() throws Exception {
        try (var bench = LlmBench.start(OK)) {
            for (String body :
                    List.of("{", "[1]", "{\"model\":\"openai/a\",\"model\":\"openai/b\"}", "")) {
                assertThat(bench.post("/v1/chat/completions", body).status()).isEqualTo(400);
            }
            assertThat(bench.upstream.requests()).isEmpty();
            assertThat(bench.drafts(4)).hasSize(4);
        }
    }

    @Test
    void dotSegmentsCannotLeaveTheProvidersPath() throws Exception {
        try (var bench = LlmBench.start(OK);
                var client = bench.client()) {
            client.request("GET", "/openai/v1/%2e%2e/admin", "");
            assertThat(client.readAnswer().status()).isIn(400, 404);
            assertThat(bench.upstream.requests()).isEmpty();
        }
    }
}
