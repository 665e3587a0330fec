package dev.spangate.demo;

import static dev.spangate.demo.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.WireClient;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What goes wrong on the model's side, against the whole gateway: an error in the dialect's own
/// shape, a span with `error.type`, and a gateway that goes on.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BadModelRequestsTest {
    private static final String JSON = "Content-Type: application/json";
    private static final String CHAT = "/openai/v1/chat/completions";
    private static final String MESSAGES = "/anthropic/v1/messages";
    private static final String HASTY_CHAT = "/hasty/v1/chat/completions";
    private static final String HASTY_MESSAGES = "/hastya/v1/messages";
    private static final int MAX_BODY = 1 << 20;

    /// Nothing listens there: only root could.
    private static final int CLOSED = 1;

    /// A failed first inference waits 30 s for its retry (T1): all spans are looked at together.
    private static final Duration UNTIL_NO_RETRY_COMES = Duration.ofSeconds(60);

    private final Map<String, Consumer<SinkSpan>> expected = new ConcurrentHashMap<>();
    private Assembly assembly;
    private int port;

    @BeforeAll
    void start() throws Exception {
        assembly = Assembly.of(BadModelRequestsTest::script, List.of());
        port =
                assembly.set(MAX_BODY, "listen", "max-body")
                        .set(16 << 10, "listen", "max-headers")
                        .set(provider("openai", CLOSED, "/v1"), "llm", "providers", "dead")
                        .set(provider("anthropic", CLOSED, ""), "llm", "providers", "deada")
                        .set(hasty("openai", "/v1"), "llm", "providers", "hasty")
                        .set(hasty("anthropic", ""), "llm", "providers", "hastya")
                        .start()
                        .port();
    }

    @AfterAll
    void close() throws Exception {
        assembly.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, MESSAGES, "/v1/chat/completions", "/v1/messages"})
    void malformedJsonIsRefusedInTheDialectsShape(String path) throws Exception {
        var answer = post(path, "{\"model\":\"gpt-4.1-mini\",\"messages\":[");

        assertThat(answer.status()).isEqualTo(400);
        assertShape(path, answer.body());
        assertThriving();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "null",
                "{\"model\":7,\"messages\":[]}",
                "{\"messages\":[]}",
                "{\"model\":{\"a\":1},\"messages\":[]}"
            })
    void wrongTypesOnTheUnifiedSurfaceAreRefused(String body) throws Exception {
        for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
            var answer = post(path, body);

            assertThat(answer.status()).as(path).isBetween(400, 404);
            assertShape(path, answer.body());
        }
        assertThriving();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"gpt-4.1-mini\",\"messages\":5}",
                "{\"model\":\"gpt-4.1-mini\",\"messages\":[null,1,\"x\",[]],\"tools\":{\"a\":1}}",
                "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":3,\"content\":{\"a\":[]}}],\"stream\":\"yes\"}",
                "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":{}}]}]}",
                "{\"model\":\"gpt-4.1-mini\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"content\":7}]}]}"
            })
    void wrongTypesInsideNeverBreakTheRelay(String body) throws Exception {
        for (String path : List.of(CHAT, MESSAGES)) {
            var answer = post(path, body);

            // the provider decides; the gateway neither fails nor changes what it says
            assertThat(answer.status()).as(answer.body()).isIn(200, 400);
        }
        assertThriving();
    }

    @ParameterizedTest
    @CsvSource({"/v1/chat/completions,nobody/gpt-9", "/v1/messages,nobody/claude-9"})
    void anUnknownModelIsNamed(String path, String model) throws Exception {
        var answer = post(path, "{\"model\":\"" + model + "\",\"max_tokens\":5,\"messages\":[]}");

        assertThat(answer.status()).isIn(400, 404);
        assertShape(path, answer.body());
        assertThat(answer.body()).contains("nobody");
    }

    @Test
    void anUnknownProviderIsNotFound() throws Exception {
        var answer = post("/nobody/v1/chat/completions", "{\"model\":\"m\",\"messages\":[]}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(Json.read(answer.body()).has("error")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, MESSAGES})
    void aBodyOverTheLimitIsTooLarge(String path) throws Exception {
        try (var client = WireClient.connect(port)) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\nContent-Length: %d\r\n\r\n"
                            .formatted(path, port, JSON, MAX_BODY + 1));
            var answer = client.readAnswer();

            assertThat(answer.status()).isEqualTo(413);
            assertShape(path, answer.body());
        }
        assertThriving();
    }

    @Test
    void aBodyOverTheLimitWithoutALengthIsTooLarge() throws Exception {
        try (var client = WireClient.connect(port)) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .formatted(CHAT, port, JSON));
            sendChunks(client);

            assertThat(client.readHead().status()).isEqualTo(413);
        }
        assertThriving();
    }

    @Test
    void headersOverTheLimitAreTooLarge() throws Exception {
        try (var client = WireClient.connect(port)) {
            client.request("POST", CHAT, "{}", "X-Large: " + "a".repeat(40 << 10));
            var answer = client.readAnswer();

            assertThat(answer.status()).isEqualTo(431);
            assertThat(Json.read(answer.body()).has("error")).isTrue();
        }
        assertThriving();
    }

    @ParameterizedTest
    @CsvSource({
        "Origin: https://evil.example, 127.0.0.1, 403",
        "X-Nothing: 1, evil.example, 403",
        "Origin: null, 127.0.0.1, 403"
    })
    void aForeignOriginOrHostIsForbidden(String header, String host, int status) throws Exception {
        try (var client = WireClient.connect(port)) {
            client.send(
                    "POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n%s\r\nContent-Length: 2\r\n\r\n{}"
                            .formatted(CHAT, host, header, JSON));

            assertThat(client.readAnswer().status()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({"/dead/v1/chat/completions,dead", "/deada/v1/messages,deada"})
    void aDeadProviderIsABadGatewayThatNamesIt(String path, String provider) throws Exception {
        var answer = post(path, ask("to-" + provider, false));

        assertThat(answer.status()).isEqualTo(502);
        assertShape(path, answer.body());
        assertThat(answer.body()).contains(provider);
        expected.put(
                "to-" + provider,
                span -> {
                    assertThat(span.text("error.type")).isEqualTo("upstream_connect");
                    assertThat(span.status().message()).contains(provider);
                });
    }

    @ParameterizedTest
    @CsvSource({
        HASTY_CHAT + ",true",
        HASTY_CHAT + ",false",
        HASTY_MESSAGES + ",true",
        HASTY_MESSAGES + ",false"
    })
    void aProviderThatHangsIsATimeout(String path, boolean stream) throws Exception {
        String model = "hang-" + stream + (path.equals(HASTY_CHAT) ? "-o" : "-a");
        var answer = post(path, ask(model, stream));

        assertThat(answer.status()).isEqualTo(504);
        assertShape(path, answer.body());
        expected.put(model, span -> assertThat(span.text("error.type")).contains("timeout"));
    }

    @ParameterizedTest
    @ValueSource(strings = {CHAT, MESSAGES})
    void halfAStreamReachesTheClientAsHalfAndEndsTheSpanAsAFailure(String path) throws Exception {
        String model = "half" + (path.equals(CHAT) ? "-o" : "-a");
        try (var client = WireClient.connect(port)) {
            client.request("POST", path, ask(model, true), JSON);
            client.readHead();
            var text = new StringBuilder();
            try {
                for (String chunk = client.readChunk();
                        !chunk.isEmpty();
                        chunk = client.readChunk()) {
                    text.append(chunk);
                }
            } catch (EOFException cut) {
                text.append("<cut>");
            }

            assertThat(text.toString())
                    .contains("once upon")
                    .doesNotContain("[DONE]")
                    .doesNotContain("message_stop");
        }
        expected.put(
                model,
                span -> {
                    assertThat(span.text("error.type")).isEqualTo("upstream_reset");
                    assertThat(span.text("langfuse.observation.output")).contains("once upon");
                });
        assertThriving();
    }

    @ParameterizedTest
    @CsvSource({CHAT + ",429", MESSAGES + ",529", CHAT + ",401"})
    void theProvidersOwnErrorPassesThrough(String path, int status) throws Exception {
        String model = "fail-" + status + (path.equals(CHAT) ? "-o" : "-a");
        var answer = post(path, ask(model, false));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(Json.read(answer.body()).at("/error/message").asString())
                .isEqualTo("said the provider");
        expected.put(
                model,
                span -> assertThat(span.text("error.type")).isEqualTo(String.valueOf(status)));
    }

    private static Reply script(Conversation conversation) {
        String model = conversation.model();
        if (model.startsWith("hang-")) {
            return new Reply.Silence();
        }
        if (model.startsWith("fail-")) {
            int status = Integer.parseInt(model.substring(5, 8));
            return new Reply.Failure(status, "some_error", "said the provider");
        }
        var story = Reply.text("once upon a time there was a gateway that let nothing be lost");
        return model.startsWith("half") ? new Reply.Half(story, 5) : story;
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void everyFailureIsASpanThatSaysSo() {
        var spans =
                assembly.sink.awaitSpans(
                        arrived -> names(arrived).containsAll(expected.keySet()),
                        UNTIL_NO_RETRY_COMES);

        assertThat(expected).isNotEmpty();
        for (SinkSpan span : spans) {
            var check = expected.get(span.name().replaceFirst("^chat ", ""));
            if (check != null) {
                assertThat(span.status().code()).as(span.name()).isEqualTo("ERROR");
                check.accept(span);
            }
        }
    }

    private static Set<String> names(List<SinkSpan> spans) {
        return spans.stream()
                .map(span -> span.name().replaceFirst("^chat ", ""))
                .collect(Collectors.toSet());
    }

    /// The process serves the next one as if nothing had happened.
    private void assertThriving() throws Exception {
        var answer = post(CHAT, ask("fine", false));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("once upon a time");
    }

    private static void assertShape(String path, String body) {
        JsonNode error = Json.read(body);
        assertThat(Json.text(error.path("error"), "message")).as(body).isNotEmpty();
        assertThat(Json.text(error.path("error"), "type")).as(body).isNotEmpty();
        if (path.endsWith("/messages")) {
            assertThat(Json.text(error, "type")).as(body).isEqualTo("error");
        }
    }

    private static String ask(String model, boolean stream) {
        return Json.write(
                object(
                        "model",
                        model,
                        "max_tokens",
                        100,
                        "stream",
                        stream,
                        "messages",
                        List.of(object("role", "user", "content", "go"))));
    }

    private WireClient.Answer post(String path, String body) throws IOException {
        try (var client = WireClient.connect(port)) {
            return client.request("POST", path, body, JSON).readAnswer();
        }
    }

    /// More than the limit, unless the gateway has enough before.
    private static void sendChunks(WireClient client) {
        try {
            for (int i = 0; i < 40; i++) {
                client.send("10000\r\n" + "a".repeat(1 << 16) + "\r\n");
            }
        } catch (IOException refused) {
            assertThat(refused).isNotNull(); // the answer is read next
        }
    }

    private static Object provider(String type, int port, String version) {
        return object(
                "type", type, "base-url", "http://127.0.0.1:" + port + version, "api-key", "k");
    }

    /// The scripted model, given little time.
    private Object hasty(String type, String version) {
        return object(
                "type",
                type,
                "base-url",
                assembly.model.uri() + version,
                "api-key",
                "k",
                "timeouts",
                object("first-byte", "500ms"));
    }
}
