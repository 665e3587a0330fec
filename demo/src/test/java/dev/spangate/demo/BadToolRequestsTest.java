package dev.spangate.demo;

import static dev.spangate.demo.Json.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.WireClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What goes wrong on the tools' side, against the whole gateway: a JSON-RPC error with the right
/// code and HTTP status, a span with `error.type`, and a gateway that goes on.
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadToolRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String NEWEST = "2026-07-28";

    /// Nothing listens there: only root could.
    private static final int CLOSED = 1;

    private Assembly assembly;
    private int port;

    @BeforeAll
    void start() throws Exception {
        assembly = Assembly.of(conversation -> Reply.text("fine"), List.of(echo(), slow()));
        port =
                assembly.set(1 << 20, "listen", "max-body")
                        .set(1 << 20, "mcp", "downstream", "max-body")
                        .set(
                                object(
                                        "url",
                                        "http://127.0.0.1:" + CLOSED + "/mcp",
                                        "timeouts",
                                        object("connect", "1s")),
                                "mcp",
                                "servers",
                                "dead")
                        .set(
                                object(
                                        "url",
                                        assembly.tools.uri().toString(),
                                        "timeouts",
                                        object("idle", "700ms", "total", "700ms")),
                                "mcp",
                                "servers",
                                "hasty")
                        .start()
                        .port();
    }

    @AfterAll
    void close() throws Exception {
        assembly.close();
    }

    @Test
    void malformedJsonIsAParseError() throws Exception {
        var mcp = RawMcp.open(port, Map.of());
        var answer = mcp.post("{\"jsonrpc\":\"2.0\",\"id\":1,");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(RawMcp.reply(answer))).isEqualTo(-32700);
        assertThriving();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "\"tools/list\"",
                "{\"id\":1,\"method\":\"tools/list\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":5}",
                "{\"jsonrpc\":\"2.0\",\"id\":{\"a\":1},\"method\":\"tools/list\"}"
            })
    void whatIsNoRequestIsAnInvalidRequest(String body) throws Exception {
        var answer = RawMcp.open(port, Map.of()).post(body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(RawMcp.reply(answer))).isEqualTo(-32600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "{}", "{\"name\":7}", "{\"name\":\"tools_echo\",\"arguments\":[1]}"})
    void wrongTypesInParamsAreInvalidParams(String params) throws Exception {
        var mcp = RawMcp.open(port, Map.of());
        var answer =
                mcp.post(
                        "{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"tools/call\",\"params\":"
                                + params
                                + "}");
        JsonNode reply = RawMcp.reply(answer);

        assertThat(reply.path("id").asInt()).isEqualTo(9);
        assertThat(code(reply)).isIn(-32602, -32600);
        assertThriving();
    }

    @Test
    void anUnknownToolIsInvalidParamsAndNamed() throws Exception {
        JsonNode reply = RawMcp.open(port, Map.of()).call("tools_no_such_tool", Map.of());

        assertThat(code(reply)).isEqualTo(-32602);
        assertThat(reply.at("/error/message").asString()).contains("tools_no_such_tool");
    }

    @Test
    void anUnknownMethodIsNotFound() throws Exception {
        var mcp = RawMcp.open(port, Map.of());

        assertThat(code(RawMcp.reply(mcp.send(mcp.message("no/such", Map.of())))))
                .isEqualTo(-32601);
    }

    @Test
    void anUnknownSessionIsGone() throws Exception {
        var mcp =
                RawMcp.bare(
                        port,
                        Map.of(
                                "Mcp-Session-Id",
                                "no-such-session",
                                "MCP-Protocol-Version",
                                "2025-06-18"));
        var answer = mcp.send(mcp.message("tools/list", Map.of()));

        assertThat(answer.statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"tools/call,tools_slow", "tools/list,tools_echo"})
    void aHeaderThatContradictsTheBodyIsAMismatch(String method, String name) throws Exception {
        var headers =
                Map.of(
                        "MCP-Protocol-Version", NEWEST,
                        "Mcp-Method", method,
                        "Mcp-Name", name);
        var mcp = RawMcp.bare(port, headers);
        var answer = mcp.send(mcp.message("tools/call", modern("tools_echo", NEWEST)));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(RawMcp.reply(answer))).isEqualTo(-32020);
        assertThriving();
    }

    @Test
    void anUnknownRevisionIsRefusedWithTheKnownOnes() throws Exception {
        var headers =
                Map.of(
                        "MCP-Protocol-Version", "2031-01-01",
                        "Mcp-Method", "tools/call",
                        "Mcp-Name", "tools_echo");
        var mcp = RawMcp.bare(port, headers);
        var answer = mcp.send(mcp.message("tools/call", modern("tools_echo", "2031-01-01")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(code(RawMcp.reply(answer))).isEqualTo(-32022);
        assertThat(answer.body()).contains(NEWEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://evil.example", "Origin: null"})
    void aForeignOriginIsForbidden(String header) throws Exception {
        try (var client = WireClient.connect(port)) {
            var answer =
                    client.request("POST", "/mcp", "{}", header, "Content-Type: application/json")
                            .readAnswer();

            assertThat(answer.status()).isEqualTo(403);
        }
    }

    @Test
    void aForeignHostIsForbidden() throws Exception {
        try (var client = WireClient.connect(port)) {
            client.send(
                    "POST /mcp HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");

            assertThat(client.readAnswer().status()).isEqualTo(403);
        }
    }

    @Test
    void aBodyOverTheLimitIsTooLarge() throws Exception {
        try (var client = WireClient.connect(port)) {
            client.send(
                    "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                            .formatted(port, (1 << 20) + 1));
            var answer = client.readAnswer();

            assertThat(answer.status()).isEqualTo(413);
            assertThat(Json.read(answer.body()).has("error")).isTrue();
        }
        assertThriving();
    }

    @Test
    void aDeadServerCostsNobodyElseAnything() throws Exception {
        var mcp = RawMcp.open(port, Map.of());

        assertThat(mcp.exposed("echo")).isEqualTo("tools_echo");
        assertThriving();
    }

    @Test
    void aServerThatHangsIsAnErrorThatNamesItAndASpanThatSaysSo() throws Exception {
        JsonNode reply = RawMcp.open(port, Map.of()).call("hasty_slow", Map.of("text", "x"));

        assertThat(reply.has("error")).as(reply.toString()).isTrue();
        assertThat(reply.at("/error/message").asString())
                .contains("hasty")
                .containsPattern("700 ms|took too long|in time");
        assertThat(span("slow").text("error.type")).isNotEmpty();
        assertThat(span("slow").status().code()).isEqualTo("ERROR");
        assertThriving();
    }

    @Test
    void aToolThatFailsIsAFailedSpan() throws Exception {
        JsonNode reply = RawMcp.open(port, Map.of()).call("tools_echo", Map.of("text", "fail"));

        assertThat(reply.at("/result/isError").asBoolean()).isTrue();
        var failed =
                assembly.sink.awaitSpans(
                        spans ->
                                spans.stream()
                                        .anyMatch(s -> s.text("error.type").equals("tool_error")),
                        PATIENCE);
        assertThat(failed)
                .anySatisfy(span ->
                        assertThat(span.text("langfuse.observation.level")).isEqualTo("ERROR"));
    }

    private static Map<String, ?> modern(String tool, String revision) {
        return object(
                "name", tool,
                "arguments", Map.of("text", "x"),
                "_meta",
                        object(
                                "io.modelcontextprotocol/protocolVersion",
                                revision,
                                "io.modelcontextprotocol/clientCapabilities",
                                Map.of()));
    }

    private void assertThriving() throws Exception {
        JsonNode reply = RawMcp.open(port, Map.of()).call("tools_echo", Map.of("text", "alive"));
        assertThat(reply.at("/result/content/0/text").asString())
                .as(reply.toString())
                .isEqualTo("alive");
    }

    private static int code(JsonNode reply) {
        return reply.at("/error/code").asInt();
    }

    private SinkSpan span(String tool) {
        return assembly
                .sink
                .awaitSpans(
                        spans -> spans.stream().anyMatch(s -> s.name().endsWith(tool)), PATIENCE)
                .stream()
                .filter(span -> span.name().endsWith(tool))
                .findFirst()
                .orElseThrow();
    }

    private static SampleTool echo() {
        return new SampleTool(
                "echo",
                "Says it again.",
                Map.of("text", "what to say"),
                arguments -> {
                    String text = String.valueOf(arguments.get("text"));
                    return text.equals("fail")
                            ? SampleTool.ToolOutcome.failed("as you wish")
                            : SampleTool.ToolOutcome.ok(text);
                });
    }

    private static SampleTool slow() {
        return new SampleTool(
                "slow",
                "Takes its time.",
                Map.of("text", "anything"),
                arguments -> {
                    LockSupport.parkNanos(Duration.ofSeconds(8).toNanos());
                    return SampleTool.ToolOutcome.ok("at last");
                });
    }
}
