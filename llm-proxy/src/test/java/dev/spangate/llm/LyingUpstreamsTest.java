package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.testing.Script;
import dev.spangate.testing.WireClient;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Upstreams that break their own protocol: the client sees the bytes that came, the span says what
/// was wrong.
@Tag("llm")
class LyingUpstreamsTest {
    private static final String STREAM =
            "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";
    private static final String PLAIN = "{\"model\":\"m\",\"messages\":[]}";
    private static final String TEXT =
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\n";
    private static final String FINISH =
            "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String WHOLE =
            "{\"id\":\"c\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";

    private static String head(String lines) {
        return "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
    }

    private static Script events(String body) {
        return Script.script()
                .send(
                        head(
                                "Content-Type: text/event-stream\r\nContent-Length: "
                                        + body.getBytes(UTF_8).length
                                        + "\r\n"))
                .send(body);
    }

    private static String why(JournalRecord.Draft draft) {
        return String.valueOf(
                draft.attributes()
                        .getOrDefault(
                                "spangate.response.unread", draft.attributes().get("error.type")));
    }

    /// A stream, and what is wrong with it in the span.
    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of("no end at all", TEXT, "incomplete_answer"),
                Arguments.of("no [DONE]", TEXT + FINISH, "null"),
                Arguments.of("[DONE] alone", "data: [DONE]\n\n", "incomplete_answer"),
                Arguments.of(
                        "words for JSON",
                        TEXT + "data: sorry\n\n" + FINISH,
                        "a frame that is not JSON"),
                Arguments.of(
                        "half a JSON", "data: {\"id\":\n\n" + FINISH, "a frame that is not JSON"),
                Arguments.of(
                        "two JSON values", "data: {} {}\n\n" + FINISH, "a frame that is not JSON"),
                Arguments.of(
                        "a number too deep",
                        "data: {\"a\":" + "[".repeat(5000) + "\n\n" + FINISH,
                        "a frame that is not JSON"),
                Arguments.of("carriage returns", (TEXT + FINISH).replace('\n', '\r'), "null"),
                Arguments.of(
                        "an endless comment",
                        ":" + "x".repeat(300_000) + "\n\n" + TEXT + FINISH,
                        "null"),
                Arguments.of(
                        "a long id", "id: " + "1".repeat(300_000) + "\n" + TEXT + FINISH, "null"),
                Arguments.of("an answer after the end", FINISH + "data: [DONE]\n\n" + TEXT, "null"),
                Arguments.of("no blank line behind the last", TEXT + FINISH.strip(), "null"),
                Arguments.of(
                        "an error in it",
                        TEXT + "data: {\"error\":{\"code\":\"overloaded\",\"message\":\"x\"}}\n\n",
                        "provider_error"),
                Arguments.of(
                        "a null byte",
                        "data: \u0000\n\n" + TEXT + FINISH,
                        "a frame that is not JSON"),
                Arguments.of("nothing", "", "incomplete_answer"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streams")
    void theClientSeesTheSameBytes(String name, String body, String why) throws Exception {
        try (var bench = LlmBench.start(events(body))) {
            var answer = bench.post("/openai/v1/chat/completions", STREAM);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(body);
            assertThat(why(bench.draft())).isEqualTo(why);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "an array | [1,2] | a body that is not a JSON object",
                "a text | `\"hi\"` | a body that is not a JSON object",
                "words | busy, come back later | a body that is not a JSON object",
                "no choices | {} | incomplete_answer",
                "choices of null | {\"choices\":null} | incomplete_answer",
                "trailing words | {\"choices\":[]} and more | a body that is not a JSON object",
                "an error with status 200 | {\"error\":{\"code\":\"quota\",\"message\":\"no\"}} | provider_error",
                "numbers for texts | {\"id\":7,\"choices\":[{\"message\":{\"content\":7},\"finish_reason\":\"stop\"}]} | null",
            })
    void wholeAnswersLikewise(String name, String body, String why) throws Exception {
        try (var bench = LlmBench.start(Script.json(body))) {
            assertThat(bench.post("/openai/v1/chat/completions", PLAIN).body()).isEqualTo(body);
            assertThat(why(bench.draft())).isEqualTo(why);
        }
    }

    /// The client must notice that something is missing: its connection is cut, or it gets an error
    /// where nothing had reached it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json\r\nContent-Length: 5000\r\n",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
            })
    void aBodyThatEndsEarlyIsNoWholeAnswer(String lines) throws Exception {
        boolean chunked = lines.contains("chunked");
        var script = Script.script().send(head(lines));
        script = chunked ? script.chunk(WHOLE) : script.send(WHOLE);
        try (var bench = LlmBench.start(script.cut());
                var client = bench.client()) {
            client.request("POST", "/openai/v1/chat/completions", PLAIN);
            assertThat(isCutOrError(client)).isTrue();
            assertThat(bench.draft().attributes()).containsEntry("error.type", "upstream_reset");
        }
    }

    private static boolean isCutOrError(WireClient client) throws IOException {
        try {
            return client.readAnswer().status() == 502;
        } catch (SocketTimeoutException waiting) {
            return false;
        } catch (IOException cut) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
                "HTTP/9.9 200 OK\r\n\r\n",
                "hello, this is SMTP\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n"
            })
    void whatIsNoHttpIsABadGatewayOrCut(String bytes) throws Exception {
        try (var bench = LlmBench.start(Script.script().send(bytes).cut());
                var client = bench.client()) {
            client.request("POST", "/openai/v1/chat/completions", PLAIN);
            assertThat(isCutOrError(client)).isTrue();
            assertThat(bench.draft().error()).isTrue();
        }
    }

    @Test
    void aBodyThatIsNotCompressedAsAnnouncedPassesAndIsUnread() throws Exception {
        var script =
                Script.script()
                        .send(
                                head(
                                        "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                                                + WHOLE.length()
                                                + "\r\n"))
                        .send(WHOLE);
        try (var bench = LlmBench.start(script)) {
            assertThat(bench.post("/openai/v1/chat/completions", PLAIN).body()).isEqualTo(WHOLE);
            assertThat(why(bench.draft())).startsWith("content encoding gzip");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "zstd", "gzip, br", "x-odd"})
    void anEncodingThatNobodyAskedForPassesAndIsUnread(String encoding) throws Exception {
        var script =
                Script.script()
                        .send(
                                head(
                                        "Content-Type: text/event-stream\r\nContent-Encoding: "
                                                + encoding
                                                + "\r\nContent-Length: 4\r\n"))
                        .send(new byte[] {1, 2, 3, 4});
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", STREAM);
            assertThat(answer.head().header("content-encoding")).isEqualTo(encoding);
            assertThat(answer.body().getBytes(UTF_8)).containsExactly(1, 2, 3, 4);
            assertThat(why(bench.draft())).startsWith("content encoding");
        }
    }

    /// Larger than what is read: relayed in pieces, to the last byte, and said to be unread.
    @Test
    void anEventOfFortyMegabytesPasses() throws Exception {
        String big =
                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                        + "y".repeat(40 << 20)
                        + "\"}}]}\n\n";
        String body = big + FINISH + "data: [DONE]\n\n";
        try (var bench = LlmBench.start(events(body))) {
            var answer = bench.post("/openai/v1/chat/completions", STREAM);
            assertThat(answer.body().length()).isEqualTo(body.length());
            assertThat(answer.body().equals(body)).isTrue();
            assertThat(why(bench.draft())).isEqualTo("an event too large to read");
        }
    }

    @Test
    void aBodyOfFortyMegabytesPasses() throws Exception {
        String body = WHOLE.replace("\"hi\"", "\"" + "y".repeat(40 << 20) + "\"");
        try (var bench = LlmBench.start(Script.json(body))) {
            var answer = bench.post("/openai/v1/chat/completions", PLAIN);
            assertThat(answer.body().equals(body)).isTrue();
            assertThat(why(bench.draft())).isEqualTo("a body too large to read");
        }
    }

    /// An error page in a stream's clothes keeps its status.
    @Test
    void anErrorThatIsAStreamKeepsItsStatus() throws Exception {
        String body = "data: {\"error\":{\"message\":\"no\",\"code\":\"teapot\"}}\n\n";
        var script = Script.answer(418, "text/event-stream", body);
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", STREAM);
            assertThat(answer.status()).isEqualTo(418);
            assertThat(answer.body()).isEqualTo(body);
            assertThat(bench.draft().attributes()).containsEntry("error.type", "418");
        }
    }

    /// Redirects are the client's to follow: the key goes nowhere else.
    @Test
    void aRedirectIsNotFollowed() throws Exception {
        var script =
                Script.script()
                        .send(
                                "HTTP/1.1 307 X\r\nLocation: http://127.0.0.1:1/steal\r\nContent-Length: 0\r\n\r\n");
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", PLAIN);
            assertThat(answer.status()).isEqualTo(307);
            assertThat(answer.head().header("location")).isEqualTo("http://127.0.0.1:1/steal");
            assertThat(bench.upstream.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"204", "205", "304"})
    void anAnswerWithoutABodyStaysWithout(int status) throws Exception {
        var script = Script.script().send("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        try (var bench = LlmBench.start(script)) {
            var answer = bench.post("/openai/v1/chat/completions", PLAIN);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).isEmpty();
            assertThat(bench.drafts(1)).hasSize(1);
        }
    }
}
