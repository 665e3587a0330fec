package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Capture;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.Secret;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireClient;
import dev.spangate.testing.WireRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Responses that a provider makes in the background: begun by one request, fetched by another
/// (platform.openai.com/docs/guides/background).
class BackgroundResponsesTest {
    private static final String ID = "resp_67ccd2bed1ec8190b14f964abc054267";
    private static final String BEGIN =
            "{\"model\":\"gpt-5.4\",\"background\":true,\"input\":\"Look into it.\",\"tools\":[]}";
    private static final String CALL = "call_67890abcDeF3";

    private static String response(String status, String output, String usage) {
        return "{\"id\":\"%s\",\"object\":\"response\",\"model\":\"gpt-5.4-2026-01-01\",\"status\":\"%s\",\"output\":[%s],\"usage\":%s}"
                .formatted(ID, status, output, usage);
    }

    private static final String QUEUED = response("queued", "", "null");
    private static final String WORKING = response("in_progress", "", "null");
    private static final String WHOLE =
            response(
                    "completed",
                    "{\"type\":\"function_call\",\"id\":\"fc_1\",\"call_id\":\""
                            + CALL
                            + "\",\"name\":\"get_weather\",\"arguments\":\"{\\\"location\\\":\\\"Paris\\\"}\"}",
                    "{\"input_tokens\":1000000,\"output_tokens\":100000}");
    private static final String LAST =
            "{\"id\":\"resp_2\",\"object\":\"response\",\"model\":\"gpt-5.4\",\"status\":\"completed\",\"output\":[{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"Sunny.\"}]}]}";
    private static final String ECHO =
            "{\"model\":\"gpt-5.4\",\"previous_response_id\":\"%s\",\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"%s\",\"output\":\"Sunny, 20 degrees.\"}]}"
                    .formatted(ID, CALL);

    /// A provider that is queried twice before it is done.
    private static Script provider(WireRequest request, AtomicInteger fetches) {
        if (request.method().equals("GET")) {
            return Script.json(fetches.incrementAndGet() < 2 ? WORKING : WHOLE);
        }
        return Script.json(request.body().contains("background") ? QUEUED : LAST);
    }

    private static String get(LlmBench bench, String path, String... headers) throws IOException {
        try (WireClient client = bench.client()) {
            return client.request("GET", path, "", headers).readAnswer().body();
        }
    }

    private static List<JournalRecord.Draft> inferences(LlmBench bench) {
        return bench.drafts.stream()
                .filter(draft -> draft.type() == ObservationType.GENERATION)
                .toList();
    }

    @Test
    void theFetchedAnswerIsReadOnceAndTheRunGoesOn() throws Exception {
        var fetches = new AtomicInteger();
        try (var bench = LlmBench.start(r -> provider(r, fetches))) {
            assertThat(bench.post("/openai/v1/responses", BEGIN).body()).isEqualTo(QUEUED);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(WORKING);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(WHOLE);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(WHOLE);
            assertThat(bench.post("/openai/v1/responses", ECHO).body()).isEqualTo(LAST);
            var all = inferences(bench);
            assertThat(all).hasSize(3);
            assertThat(all.getFirst().output()).isNull();
            assertThat(all.getFirst().error()).isFalse();
            var fetched = all.get(1);
            assertThat(fetched.output()).contains(CALL, "get_weather");
            assertThat(fetched.usage().input()).isEqualTo(1_000_000);
            assertThat(fetched.cost()).containsEntry("total", 2.5 + 1.5);
            assertThat(fetched.attributes())
                    .containsEntry("gen_ai.response.id", ID)
                    .containsEntry("spangate.response.background", true);
            String trace = bench.traceOf(all.getFirst().spanId());
            assertThat(all).allMatch(each -> bench.traceOf(each.spanId()).equals(trace));
            assertThat(polls(bench)).hasSize(3).allMatch(poll -> poll.level() == Level.DEBUG);
        }
    }

    private static List<JournalRecord.Draft> polls(LlmBench bench) {
        return bench.drafts.stream().filter(d -> d.name().equals("GET openai")).toList();
    }

    @Test
    void aStreamThatIsFetchedIsRead() throws Exception {
        String stream =
                "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
                        + WORKING
                        + "}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
                        + WHOLE
                        + "}\n\n";
        try (var bench =
                LlmBench.start(
                        r -> r.method().equals("GET") ? Script.sse(stream) : Script.json(QUEUED))) {
            bench.post("/openai/v1/responses", BEGIN);
            assertThat(get(bench, "/openai/v1/responses/" + ID + "?stream=true")).isEqualTo(stream);
            assertThat(bench.upstream.requests().getLast().target())
                    .isEqualTo("/v1/responses/" + ID + "?stream=true");
            assertThat(inferences(bench).getLast().output()).contains(CALL);
        }
    }

    /// On `/v1` the id alone says whose it is.
    @Test
    void theUnifiedSurfaceFindsTheProviderThatWorksOnIt() throws Exception {
        String two =
                "{\"providers\":{\"other\":{\"type\":\"openai\",\"api-key\":\"k-of-the-other\",\"base-url\":\"$URL/other\"}}}";
        var fetches = new AtomicInteger(1);
        try (var bench = LlmBench.start(r -> provider(r, fetches), two)) {
            bench.post("/v1/responses", BEGIN.replace("gpt-5.4", "other/gpt-5.4"));
            assertThat(get(bench, "/v1/responses/" + ID)).isEqualTo(WHOLE);
            assertThat(bench.upstream.requests().getLast().target())
                    .isEqualTo("/other/v1/responses/" + ID);
            assertThat(inferences(bench)).hasSize(2);
        }
    }

    @Test
    void anotherCallersFetchIsAPlainCall() throws Exception {
        var keys =
                Authentication.of(
                        Map.of(caller("a"), Secret.of("sgk_a"), caller("b"), Secret.of("sgk_b")));
        var fetches = new AtomicInteger(1);
        try (var bench = LlmBench.start(r -> provider(r, fetches), "{}", keys, Policy.allowAll())) {
            bench.post("/openai/v1/responses", BEGIN, "x-spangate-key: sgk_a");
            String path = "/openai/v1/responses/" + ID;
            assertThat(get(bench, path, "x-spangate-key: sgk_b")).isEqualTo(WHOLE);
            assertThat(inferences(bench)).hasSize(1);
            assertThat(get(bench, path, "x-spangate-key: sgk_a")).isEqualTo(WHOLE);
            assertThat(inferences(bench)).hasSize(2);
        }
    }

    private static Caller caller(String name) {
        return new Caller(name, name, false, TraceMode.JOIN, Capture.FULL, List.of());
    }

    /// What failed in the background is a failed inference when it is fetched.
    @Test
    void aFailureIsFetchedLikeAnAnswer() throws Exception {
        String failed =
                response("failed", "", "null")
                        .replace(
                                "\"usage\"",
                                "\"error\":{\"code\":\"server_error\",\"message\":\"no\"},\"usage\"");
        try (var bench =
                LlmBench.start(r -> Script.json(r.method().equals("GET") ? failed : QUEUED))) {
            bench.post("/openai/v1/responses", BEGIN);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(failed);
            assertThat(inferences(bench).getLast().attributes())
                    .containsEntry("error.type", "server_error");
        }
    }

    @Test
    void anErrorOfAFetchPassesAndTheResponseCanStillBeFetched() throws Exception {
        var tries = new AtomicInteger();
        String busy = "{\"error\":{\"message\":\"busy\"}}";
        try (var bench =
                LlmBench.start(r -> {
                    if (!r.method().equals("GET")) {
                        return Script.json(QUEUED);
                    }
                    return tries.incrementAndGet() == 1
                            ? Script.answer(503, "application/json", busy)
                            : Script.json(WHOLE);
                })) {
            bench.post("/openai/v1/responses", BEGIN);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(busy);
            assertThat(inferences(bench)).hasSize(1);
            assertThat(get(bench, "/openai/v1/responses/" + ID)).isEqualTo(WHOLE);
            assertThat(inferences(bench)).hasSize(2);
        }
    }

    @Test
    void cancellingIsAPlainCallToTheSameProvider() throws Exception {
        String two =
                "{\"providers\":{\"other\":{\"type\":\"openai\",\"api-key\":\"k-of-the-other\",\"base-url\":\"$URL/other\"}}}";
        String cancelled = response("cancelled", "", "null");
        try (var bench =
                LlmBench.start(
                        r -> Script.json(r.target().endsWith("/cancel") ? cancelled : QUEUED),
                        two)) {
            bench.post("/v1/responses", BEGIN.replace("gpt-5.4", "other/gpt-5.4"));
            assertThat(bench.post("/v1/responses/" + ID + "/cancel", "{}").body())
                    .isEqualTo(cancelled);
            assertThat(bench.upstream.requests().getLast().target())
                    .isEqualTo("/other/v1/responses/" + ID + "/cancel");
            assertThat(inferences(bench)).hasSize(1);
        }
    }

    /// A million background responses that nobody fetches cost no more than the last ten thousand.
    @Test
    void theOldestAreForgotten() {
        var background = new BackgroundResponses();
        var config = LlmConfig.from(Json.object("{\"providers\":{\"openai\":{}}}").orElseThrow());
        var destination = new Models.Destination(config.providers().get("openai"), "gpt-5.4", true);
        for (int i = 0; i < 20_000; i++) {
            background.begun(Caller.nobody(), "resp_" + i, destination);
        }
        assertThat(background.find(Caller.nobody(), "/v1/responses/resp_1")).isEmpty();
        var last = background.find(Caller.nobody(), "/v1/responses/resp_19999").orElseThrow();
        assertThat(background.find(Caller.nobody(), "/v1/responses")).isEmpty();
        assertThat(background.fetched(Caller.nobody(), last)).isTrue();
        assertThat(background.fetched(Caller.nobody(), last)).isFalse();
    }
}
