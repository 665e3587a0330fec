package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `error.type` has a bounded number of values, whatever an upstream calls its errors; its own
/// words are in the status message.
class ErrorTypesTest {
    private static final String CHAT =
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rate_limit_exceeded",
                "context_length_exceeded",
                "overloaded_error",
                "RESOURCE_EXHAUSTED",
                "throttlingException",
                "content_filter",
                "429",
                "503"
            })
    void documentedWordsAndStatusesAreKept(String word) {
        assertThat(ErrorTypes.known(word)).isEqualTo(word);
    }

    @Test
    void bedrocksTwoSpellingsAreOne() {
        assertThat(ErrorTypes.known("ThrottlingException")).isEqualTo("throttlingException");
        assertThat(ErrorTypes.known("Exception")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "err_8431_tenant_77",
                "RATE_LIMIT_EXCEEDED",
                "4291",
                "099",
                "some error",
                "0",
                "-1",
                "MadeUpException",
                "a\u0000b"
            })
    void anythingElseIsNoErrorType(String word) {
        assertThat(ErrorTypes.known(word)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"code\":\"model_not_found\",\"type\":\"invalid_request_error\"}|model_not_found",
                "{\"code\":\"tenant_77\",\"type\":\"rate_limit_error\"}|rate_limit_error",
                "{\"code\":\"tenant_77\",\"type\":\"made_up\"}|tenant_77",
                "{\"code\":502,\"message\":\"x\"}|502",
                "{\"code\":0,\"type\":\"server_error\"}|server_error",
                "{\"code\":null,\"type\":null}|otherwise",
                "{\"code\":\"with blanks in it\"}|otherwise",
                "{}|otherwise",
            })
    void aDocumentedWordIsPreferredToTheMostSpecific(String error, String type) {
        assertThat(Json.errorType(Json.object(error).orElseThrow(), "otherwise")).isEqualTo(type);
    }

    @Test
    void aThousandInventedCodesAreOneValue() {
        var types = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            var answer = new Answer(new Snapshot.Listener());
            answer.failed("tenant_" + i + "_blocked", "no");
            types.add(answer.errorType());
            assertThat(answer.errorMessage()).isEqualTo("tenant_" + i + "_blocked: no");
        }
        assertThat(types).containsExactly("provider_error");
    }

    @Test
    void theStatusStaysWhereTheWordIsUnknownAndYieldsWhereItIsKnown() {
        var unknown = new Answer(new Snapshot.Listener());
        unknown.failed("418", "the upstream answered with status 418");
        unknown.failed("teapot_17", "short and stout");
        assertThat(unknown.errorType()).isEqualTo("418");
        assertThat(unknown.errorMessage()).isEqualTo("teapot_17: short and stout");
        var known = new Answer(new Snapshot.Listener());
        known.failed("429", "the upstream answered with status 429");
        known.failed("insufficient_quota", "pay");
        assertThat(known.errorType()).isEqualTo("insufficient_quota");
        assertThat(known.errorMessage()).isEqualTo("pay");
    }

    @Test
    void aLongMessageIsCut() {
        var answer = new Answer(new Snapshot.Listener());
        answer.failed("x".repeat(10_000), "y".repeat(10_000));
        assertThat(answer.errorMessage()).hasSize(501).endsWith("…");
        assertThat(answer.errorType()).isEqualTo("provider_error");
    }

    @Test
    void overTheWireTheSpanHasTheStatusAndTheProvidersWordsAndTheClientAllOfIt() throws Exception {
        var error = "{\"error\":{\"code\":\"tenant_77_blocked\",\"message\":\"ask sales\"}}";
        try (var bench = LlmBench.start(Script.answer(403, "application/json", error))) {
            var answer = bench.post("/openai/v1/chat/completions", CHAT);
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.body()).isEqualTo(error);
            assertThat(bench.draft().attributes()).containsEntry("error.type", "403");
            assertThat(bench.draft().statusMessage()).isEqualTo("tenant_77_blocked: ask sales");
        }
    }

    @Test
    void anErrorInTheMiddleOfAStreamIsBoundedToo() throws Exception {
        var script =
                Script.sse(
                        "data: {\"error\":{\"code\":\"shard_9_gone\",\"message\":\"sorry\"}}\n\n",
                        "data: [DONE]\n\n");
        try (var bench = LlmBench.start(script)) {
            bench.post(
                    "/openai/v1/chat/completions",
                    CHAT.replace("\"m\",", "\"m\",\"stream\":true,"));
            assertThat(bench.draft().attributes()).containsEntry("error.type", "provider_error");
            assertThat(bench.draft().statusMessage()).isEqualTo("shard_9_gone: sorry");
        }
    }
}
