package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import dev.spangate.testing.WireClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Requests that no client sends in good faith: relayed byte by byte on a native path, refused in
/// the dialect's own shape where we must understand them; never a fault, never a rounded number.
@Tag("llm")
class BadBodiesTest {
    private static final String PROVIDERS =
            """
            {"providers":{"gemini":{"api-key":"key-configured","base-url":"$URL"},
              "bedrock":{"api-key":"key-configured","base-url":"$URL"},
              "ollama":{"base-url":"$URL"},"mistral":{"api-key":"key-configured","base-url":"$URL"}},
             "models":{"gpt":"openai/gpt-5.4","claude":"anthropic/claude-x"}}
            """;
    private static final String DEEP = "[".repeat(100_000) + "]".repeat(100_000);
    private static final String DIGITS = "1234567890".repeat(40);

    /// What each dialect is asked on its native path, a body with a `%s` for a value.
    private static final Map<String, String> NATIVE = new LinkedHashMap<>();

    static {
        NATIVE.put("/openai/v1/chat/completions", "{\"model\":\"m\",\"messages\":[],\"x\":%s}");
        NATIVE.put("/openai/v1/responses", "{\"model\":\"m\",\"input\":[],\"x\":%s}");
        NATIVE.put("/openai/v1/completions", "{\"model\":\"m\",\"prompt\":\"p\",\"x\":%s}");
        NATIVE.put("/openai/v1/embeddings", "{\"model\":\"m\",\"input\":\"p\",\"x\":%s}");
        NATIVE.put("/anthropic/v1/messages", "{\"model\":\"m\",\"messages\":[],\"x\":%s}");
        NATIVE.put("/gemini/v1beta/models/m:generateContent", "{\"contents\":[],\"x\":%s}");
        NATIVE.put("/bedrock/model/m/converse", "{\"messages\":[],\"x\":%s}");
        NATIVE.put("/ollama/api/chat", "{\"model\":\"m\",\"stream\":false,\"x\":%s}");
    }

    static Stream<Arguments> oddValues() {
        var values = new LinkedHashMap<String, byte[]>();
        values.put("a key twice", "1,\"x\":2".getBytes(UTF_8));
        values.put("depth 100,000", DEEP.getBytes(UTF_8));
        values.put("400 digits", DIGITS.getBytes(UTF_8));
        values.put("400 decimals", ("0." + DIGITS).getBytes(UTF_8));
        values.put("a huge exponent", "1e999999999".getBytes(UTF_8));
        values.put("minus zero", "-0".getBytes(UTF_8));
        values.put("not a number", "NaN".getBytes(UTF_8));
        values.put("a lone surrogate", "\"\\ud800\"".getBytes(UTF_8));
        values.put("an escaped nul", "\"\\u0000\"".getBytes(UTF_8));
        values.put("invalid UTF-8", new byte[] {'"', (byte) 0xc3, (byte) 0x28, (byte) 0xff, '"'});
        values.put("overlong UTF-8", new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'});
        values.put("Latin-1", "\"gr\u00fc\u00df\"".getBytes(ISO_8859_1));
        values.put("an open string", "\"abc".getBytes(UTF_8));
        values.put("a control character", "\"a\u0007\"".getBytes(UTF_8));
        values.put("a long key", ("{\"" + "k".repeat(60_000) + "\":1}").getBytes(UTF_8));
        return NATIVE.entrySet().stream()
                .flatMap(path ->
                        values.entrySet().stream()
                                .map(value ->
                                        Arguments.of(
                                                path.getKey(),
                                                value.getKey(),
                                                body(path.getValue(), value.getValue()))));
    }

    private static byte[] body(String template, byte[] value) {
        int at = template.indexOf("%s");
        var out = new ByteArrayOutputStream();
        out.writeBytes(template.substring(0, at).getBytes(UTF_8));
        out.writeBytes(value);
        out.writeBytes(template.substring(at + 2).getBytes(UTF_8));
        return out.toByteArray();
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("oddValues")
    void aNativePathRelaysItByteByByte(String path, String name, byte[] body) throws Exception {
        String odd = "{\"odd\":" + DIGITS + "}";
        try (var bench = LlmBench.start(_ -> Script.json(odd), PROVIDERS)) {
            assertThat(post(bench, path, body).body()).isEqualTo(odd);
            var sent = bench.upstream.requests().getFirst();
            assertThat(sent.header("content-length")).isEqualTo(String.valueOf(body.length));
            assertThat(sent.body()).isEqualTo(new String(body, UTF_8));
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }

    private static WireClient.Answer post(LlmBench bench, String path, byte[] body)
            throws IOException {
        try (var client = bench.client()) {
            String head =
                    "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                            .formatted(path, body.length);
            return client.send(head.getBytes(UTF_8)).send(body).readAnswer();
        }
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                        "a key twice",
                        "depth 100,000",
                        "not a number",
                        "invalid UTF-8",
                        "overlong UTF-8",
                        "Latin-1",
                        "an open string",
                        "a control character")
                .flatMap(name ->
                        Stream.of("/v1/chat/completions", "/v1/messages", "/v1/responses")
                                .map(path -> Arguments.of(path, name)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("unreadable")
    void theUnifiedSurfaceRefusesWhatItCannotReadForSure(String path, String name)
            throws Exception {
        byte[] body =
                oddValues()
                        .filter(each -> each.get()[1].equals(name))
                        .map(each -> (byte[]) each.get()[2])
                        .findFirst()
                        .orElseThrow();
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS)) {
            var answer = post(bench, path, body);
            assertThat(answer.status()).isEqualTo(400);
            boolean anthropic = path.endsWith("messages");
            assertThat(answer.body())
                    .startsWith(
                            anthropic
                                    ? "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\""
                                    : "{\"error\":{\"message\":");
            assertThat(bench.upstream.requests()).isEmpty();
            assertThat(bench.drafts(1).getFirst().error()).isTrue();
        }
    }

    @Test
    void otherEncodingsOfUnicodeAreNotTakenForJson() throws Exception {
        String text = "{\"model\":\"gpt\",\"messages\":[]}";
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS)) {
            assertThat(post(bench, "/v1/chat/completions", text.getBytes(UTF_16LE)).status())
                    .isEqualTo(400);
        }
    }

    /// Numbers that no double holds pass an alias, and even a translation, digit by digit.
    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "/v1/chat/completions, gpt",
        "/v1/chat/completions, claude",
        "/v1/messages, gpt",
        "/v1/messages, claude"
    })
    void noNumberIsRounded(String path, String model) throws Exception {
        String schema = "{\"type\":\"object\",\"maximum\":" + DIGITS + ",\"minimum\":-0.10}";
        String tool =
                path.endsWith("messages")
                        ? "{\"name\":\"t\",\"input_schema\":" + schema + "}"
                        : "{\"type\":\"function\",\"function\":{\"name\":\"t\",\"parameters\":"
                                + schema
                                + "}}";
        String body =
                "{\"model\":\"%s\",\"max_tokens\":5,\"temperature\":0.%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[%s]}"
                        .formatted(model, DIGITS, tool);
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS)) {
            post(bench, path, body.getBytes(UTF_8));
            assertThat(bench.upstream.requests().getFirst().body())
                    .contains("\"temperature\":0." + DIGITS)
                    .contains("\"maximum\":" + DIGITS)
                    .contains("\"minimum\":-0.10");
        }
    }

    /// A bound that no number of ours holds is the provider's to judge, never replaced by another.
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {"123456789012345678901234567890", "7.5", "1e3", "0", "-1", "true"})
    void aBoundIsNeverReplacedByAnother(String bound) throws Exception {
        String body =
                "{\"model\":\"claude\",\"max_tokens\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                        .formatted(bound);
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS)) {
            post(bench, "/v1/chat/completions", body.getBytes(UTF_8));
            var sent = Json.object(bench.upstream.requests().getFirst().body()).orElseThrow();
            var asked = Json.object("{\"a\":" + bound + "}").orElseThrow().path("a");
            assertThat(sent.path("max_tokens")).isEqualTo(asked);
        }
    }

    /// Half a character has no UTF-8: what is translated holds its escape, or is refused.
    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "/v1/chat/completions, claude",
        "/v1/messages, gpt",
        "/v1/responses, mistral/x"
    })
    void halfACharacterIsNoFaultOfATranslation(String path, String model) throws Exception {
        String content =
                path.endsWith("responses")
                        ? "\"input\":\"a\\ud800b\""
                        : "\"max_tokens\":1,\"messages\":[{\"role\":\"user\",\"content\":\"a\\ud800b\"}]";
        String body = "{\"model\":\"" + model + "\"," + content + "}";
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS)) {
            int status = post(bench, path, body.getBytes(UTF_8)).status();
            assertThat(status).isNotEqualTo(500);
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }

    @Test
    void fiftyMegabytesAreRefusedBelowTheLimitAndRelayedAboveIt() throws Exception {
        byte[] body =
                body(
                        NATIVE.get("/anthropic/v1/messages"),
                        ("\"" + "y".repeat(50 << 20) + "\"").getBytes(UTF_8));
        try (var bench = LlmBench.start(_ -> Script.json("{}"), PROVIDERS);
                var client = bench.client()) {
            client.send(
                    ("POST /anthropic/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: "
                                    + body.length
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            var head = client.readHead();
            assertThat(head.status()).isEqualTo(413);
            assertThat(bench.upstream.requests()).isEmpty();
        }
        try (var bench =
                LlmBench.start(_ -> Script.json("{}"), "{\"max-request-bytes\":\"64MB\"}")) {
            assertThat(post(bench, "/anthropic/v1/messages", body).status()).isEqualTo(200);
            var sent = bench.upstream.requests().getFirst();
            assertThat(sent.header("content-length")).isEqualTo(String.valueOf(body.length));
            assertThat(sent.body()).isEqualTo(new String(body, UTF_8));
        }
    }
}
