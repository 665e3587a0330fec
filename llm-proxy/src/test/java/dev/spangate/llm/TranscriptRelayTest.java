package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spangate.testing.Script;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every transcript passes through sockets byte by byte and leaves its span.
@Tag("llm")
class TranscriptRelayTest {
    private static final String PROVIDERS =
            """
            {"providers":{
              "gemini":{"api-key":"key-configured","base-url":"$URL"},
              "azure":{"api-key":"key-configured","base-url":"$URL"},
              "bedrock":{"api-key":"key-configured","base-url":"$URL"},
              "mistral":{"api-key":"key-configured","base-url":"$URL"},
              "groq":{"api-key":"key-configured","base-url":"$URL/openai/v1"},
              "openrouter":{"api-key":"key-configured","base-url":"$URL/api/v1"},
              "vllm":{"base-url":"$URL"},
              "ollama":{"base-url":"$URL"}}}
            """;

    static List<Transcript> transcripts() {
        return Transcript.all();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void itPassesByteByByte(Transcript transcript) throws Exception {
        byte[] body = transcript.response();
        var script =
                Script.script()
                        .send(
                                "HTTP/1.1 %d X\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                                        .formatted(
                                                transcript.status(),
                                                transcript.contentType(),
                                                body.length))
                        .send(body, 700, Duration.ofMillis(1));
        try (var bench = LlmBench.start(_ -> script, PROVIDERS)) {
            var answer = bench.post(transcript.path(), transcript.request());
            assertThat(answer.status()).isEqualTo(transcript.status());
            assertThat(answer.body()).isEqualTo(new String(body, UTF_8));
            assertThat(answer.head().header("content-type")).isEqualTo(transcript.contentType());
            assertThat(bench.upstream.requests().getFirst().body()).isEqualTo(transcript.request());
            var draft = bench.draft();
            var expected = transcript.expected();
            assertThat(draft.input()).isEqualTo(Json.write(expected.path("input")));
            assertThat(draft.output()).isEqualTo(TranscriptsTest.textOrNull(expected, "output"));
            assertThat(TranscriptsTest.usage(draft.usage()))
                    .isEqualTo(TranscriptsTest.textOrNull(expected, "usage"));
            assertThat(draft.cost().keySet())
                    .containsExactlyInAnyOrderElementsOf(expected.path("cost").propertyNames());
            for (var cost : expected.path("cost").properties()) {
                assertThat(draft.cost().get(cost.getKey()))
                        .isCloseTo(cost.getValue().doubleValue(), within(1e-12));
            }
            boolean whole =
                    !expected.has("error")
                            && (expected.path("complete").asBoolean()
                                    || expected.has("deferred")
                                    || expected.has("unread"));
            assertThat(draft.error()).isEqualTo(!whole);
        }
    }
}
