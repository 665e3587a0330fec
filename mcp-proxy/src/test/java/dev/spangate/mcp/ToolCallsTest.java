package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.proxy.Action;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Decision;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class ToolCallsTest {
    private static final String WEIRD =
            """
            {"content": [{"type": "video", "x": 12345678901234567890, "y": 1e-7, "z": 2.0,
              "deep": {"a": [null, true, {"b": "\u00e9"}]}}],
             "structuredContent": [1, 2], "futureField": {"k": 1.10},
             "_meta": {"vendor/key": {"n": -0.0}}}
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resultReachesTheClientValueExact(boolean modern) {
        var server = new FakeServer("a").tools("weird").on("tools/call", WEIRD);
        try (var harness = McpHarness.of(server)) {
            var params = "{'name': 'weird', 'arguments': {}}";
            var result =
                    modern
                            ? harness.client().modern("tools/call", params).result()
                            : harness.client()
                                    .initialize("2025-11-25")
                                    .legacy("tools/call", params)
                                    .result();
            var expected = (ObjectNode) Json.parse(WEIRD);
            if (modern) {
                expected.put("resultType", "complete");
            }
            assertThat(result).isEqualTo(expected);
        }
    }

    @Test
    void argumentsAndUnknownParametersReachTheServerValueExact() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            harness.client()
                    .initialize("2025-11-25")
                    .legacy(
                            "tools/call",
                            "{'name': 't', 'arguments': {'n': 1e-7, 'b': 12345678901234567890},"
                                    + " 'future': [1.0], '_meta': {'vendor/x': {'y': 1},"
                                    + " 'progressToken': 7}}");
            var params = server.lastCall("tools/call").params().deepCopy();
            ((ObjectNode) params.get("_meta")).remove("traceparent");
            assertThat(params)
                    .isEqualTo(
                            FakeServer.json(
                                    "{'name': 't', 'arguments': {'n': 1e-7, 'b':"
                                            + " 12345678901234567890}, 'future': [1.0], '_meta':"
                                            + " {'vendor/x': {'y': 1}, 'progressToken': 7}}"));
        }
    }

    @Test
    void serverSeesOurSpanInMetaAndHeader() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            harness.client()
                    .initialize("2025-11-25")
                    .legacy(
                            "tools/call",
                            "{'name': 't', '_meta': {'traceparent':"
                                    + " '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01',"
                                    + " 'tracestate': 'x=y', 'baggage': 'k=v'}}");
            var call = server.lastCall("tools/call");
            var meta = (ObjectNode) call.params().get("_meta");
            var span = harness.span("tools/call t");
            assertThat(Json.string(meta, "traceparent"))
                    .contains("-" + span.spanId() + "-")
                    .isEqualTo(call.headers().get("traceparent"));
            assertThat(Json.string(meta, "baggage")).isEqualTo("k=v");
            assertThat(call.headers()).doesNotContainKey("baggage");
        }
    }

    @Test
    void spanSaysWhatWasCalledAndWhere() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-06-18");
            client.legacy("tools/call", "{'name': 't', 'arguments': {'q': 1}}");
            var span = harness.span("tools/call t");
            assertThat(span.type()).isEqualTo(ObservationType.TOOL);
            assertThat(span.input()).isEqualTo("{\"q\":1}");
            assertThat(span.output()).isEqualTo("{\"content\":[]}");
            assertThat(span.attributes())
                    .containsEntry("mcp.method.name", "tools/call")
                    .containsEntry("mcp.protocol.version", "2025-06-18")
                    .containsEntry("mcp.session.id", client.sessionId())
                    .containsEntry("jsonrpc.request.id", "2")
                    .containsEntry("network.transport", "tcp")
                    .containsEntry("server.address", "127.0.0.1")
                    .containsEntry("server.port", 9L)
                    .containsEntry("spangate.mcp.server", "a");
        }
    }

    @Test
    void statelessCallHasNoSessionAttribute() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            harness.client().modern("tools/call", "{'name': 't'}");
            assertThat(harness.span("tools/call t").attributes())
                    .containsEntry("mcp.protocol.version", "2026-07-28")
                    .doesNotContainKey("mcp.session.id");
        }
    }

    @Test
    void prefixedNameReachesTheServerAsItsOwn() {
        var a = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        var b = new FakeServer("b").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of("{'prefix': 'always'}", a, b)) {
            var client = harness.client().initialize("2025-11-25");
            assertThat(client.legacy("tools/call", "{'name': 'b_t'}").status()).isEqualTo(200);
            assertThat(Json.string(b.lastCall("tools/call").params(), "name")).isEqualTo("t");
            assertThat(a.count("tools/call")).isZero();
            assertThat(client.legacy("tools/call", "{'name': 't'}").errorCode()).isEqualTo(-32602);
        }
    }

    @Test
    void unknownToolIsNamedAndRecorded() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t"))) {
            var answer =
                    harness.client()
                            .initialize("2025-11-25")
                            .legacy("tools/call", "{'name': 'nope'}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.errorCode()).isEqualTo(-32602);
            assertThat(answer.errorMessage()).isEqualTo("Unknown tool: nope");
            assertThat(harness.span("tools/call nope").name()).isEqualTo("tools/call nope");
        }
    }

    @Test
    void toolThatAppearedUnannouncedIsFound() {
        var server = new FakeServer("a").tools("old").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of("{'lists': {'recheck': '0s'}}", server)) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/list", "{}");
            server.tools("old", "new");
            assertThat(client.legacy("tools/call", "{'name': 'new'}").last().has("result"))
                    .isTrue();
        }
    }

    @Test
    void argumentsThatAreNoObjectAreInvalidParams() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness = McpHarness.of(server)) {
            var client = harness.client().initialize("2025-06-18");
            var list = client.legacy("tools/call", "{'name': 't', 'arguments': [1]}");
            assertThat(list.last().at("/error/code").asInt()).isEqualTo(-32602);
            var none = client.legacy("tools/call", "{'name': 't', 'arguments': null}");
            assertThat(none.last().has("result")).isTrue();
        }
    }

    @Test
    void spanOfAFailedToolSaysWhatTheToolSaid() {
        var words = "{'isError': true, 'content': [{'type': 'text', 'text': 'mailbox full'}]}";
        var silent = "{'isError': true, 'content': []}";
        var server = new FakeServer("a").tools("t").on("tools/call", words);
        try (var harness = McpHarness.of(server)) {
            harness.client().initialize("2025-06-18").legacy("tools/call", "{'name': 't'}");
            assertThat(harness.span("tools/call t").statusMessage()).isEqualTo("mailbox full");
        }
        var mute = new FakeServer("a").tools("t").on("tools/call", silent);
        try (var harness = McpHarness.of(mute)) {
            harness.client().initialize("2025-06-18").legacy("tools/call", "{'name': 't'}");
            assertThat(harness.span("tools/call t").statusMessage())
                    .isEqualTo("The tool reported an error");
        }
    }

    @Test
    void errorOfTheServerReachesTheClientWithItsData() {
        var server =
                new FakeServer("a")
                        .tools("t")
                        .on(
                                "tools/call",
                                call ->
                                        new UpstreamReply.RpcError(
                                                -32050, "odd", FakeServer.json("{'k': 1e-7}")));
        try (var harness = McpHarness.of(server)) {
            var answer =
                    harness.client().initialize("2025-11-25").legacy("tools/call", "{'name': 't'}");
            assertThat(answer.last().get("error"))
                    .isEqualTo(
                            FakeServer.json(
                                    "{'code': -32050, 'message': 'odd', 'data': {'k': 1e-7}}"));
            assertThat(harness.span("tools/call t").attributes())
                    .containsEntry("rpc.response.status_code", "-32050");
        }
    }

    @Test
    void deadServerIsNamedInTheError() {
        var server =
                new FakeServer("files")
                        .tools("t")
                        .on(
                                "tools/call",
                                call -> {
                                    throw new McpUpstreamException(
                                            "files",
                                            McpUpstreamException.Kind.CLOSED,
                                            "process exited with code 3");
                                });
        try (var harness = McpHarness.of(server)) {
            var answer = harness.client().modern("tools/call", "{'name': 't'}");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.errorMessage())
                    .isEqualTo("MCP server 'files': process exited with code 3");
            assertThat(answer.last().at("/error/data/cause").stringValue()).isEqualTo("closed");
        }
    }

    @Test
    void policyThatDeniesKeepsTheCallFromTheServer() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness =
                new McpHarness(
                        "{}",
                        Authentication.of(Map.of()),
                        (caller, action) ->
                                action instanceof Action.CallTool
                                        ? new Decision.Deny(403, "no_tools", "not for you")
                                        : new Decision.Allow())) {
            harness.servers.put(server);
            var answer = harness.client().modern("tools/call", "{'name': 't'}");
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.DENIED);
            assertThat(answer.errorMessage()).isEqualTo("not for you");
            assertThat(server.count("tools/call")).isZero();
        }
    }

    @Test
    void policyThatThrowsDenies() {
        var server = new FakeServer("a").tools("t").on("tools/call", "{'content': []}");
        try (var harness =
                new McpHarness(
                        "{}",
                        Authentication.of(Map.of()),
                        (caller, action) -> {
                            if (action instanceof Action.CallTool) {
                                throw new IllegalStateException("broken");
                            }
                            return new Decision.Allow();
                        })) {
            harness.servers.put(server);
            var answer = harness.client().modern("tools/call", "{'name': 't'}");
            assertThat(answer.errorCode()).isEqualTo(JsonRpc.DENIED);
            assertThat(answer.errorMessage()).doesNotContain("broken");
            assertThat(server.count("tools/call")).isZero();
        }
    }

    @Test
    void listFromTheTableLeavesNoSpan() {
        try (var harness = McpHarness.of(new FakeServer("a").tools("t"))) {
            var client = harness.client().initialize("2025-11-25");
            client.legacy("tools/list", "{}");
            var first = harness.spans("tools/list");
            assertThat(first).hasSize(2).allMatch(span -> span.level() == Level.DEBUG);
            client.legacy("tools/list", "{}");
            assertThat(harness.spans("tools/list")).hasSize(2);
        }
    }
}
