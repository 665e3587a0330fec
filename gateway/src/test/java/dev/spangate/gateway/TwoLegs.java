package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireClient;
import dev.spangate.testing.WireRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A gateway with two callers between a scripted model and a scripted MCP server, and short words
/// for what agents and operators send, all over sockets.
///
/// The model answers the user's text `call ID TOOL ARGUMENTS` with that tool call, any other with
/// the text `done`. The MCP server has the tools `search` and `fetch`, which answer `found it`, or
/// fail with the text in their argument `fail`.
final class TwoLegs implements AutoCloseable {
    static final String TOKEN = "Authorization: Bearer operator-token-1";
    static final String TEAM_A = "sgk_team_a_0123456789";
    static final String TEAM_B = "sgk_team_b_0123456789";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String TOOLS =
            """
            {"tools": [{"name": "search", "inputSchema": {"type": "object"}},
                       {"name": "fetch", "inputSchema": {"type": "object"}}]}
            """;

    private final ScriptedUpstream upstream = ScriptedUpstream.start(TwoLegs::answer);
    final Gateway gateway;

    /// With the callers `team-a` and `team-b`.
    TwoLegs(Path folder) {
        this(
                folder,
                "[{name: team-a, key: \"%s\"}, {name: team-b, key: \"%s\"}]"
                        .formatted(TEAM_A, TEAM_B));
    }

    /// @param callers the value of `callers`, YAML on one line or indented
    TwoLegs(Path folder, String callers) {
        gateway =
                Gateway.start(
                        GatewayConfig.parse(
                                """
                                listen: {port: 0, access-log: false}
                                admin: {port: 0, token: operator-token-1}
                                llm: {providers: {openai: {type: openai, base-url: "${UP}/v1", api-key: provider-key}}}
                                mcp: {servers: {web: {url: "${UP}/mcp"}}}
                                telemetry: {journal: {dir: "${DIR}/journal", drain: 0}}
                                callers: ${CALLERS}
                                """
                                        .replace("${CALLERS}", callers.strip().replace("\n", " ")),
                                Map.of("UP", upstream.uri().toString(), "DIR", folder.toString())));
    }

    String adminUri() {
        return "http://127.0.0.1:" + gateway.adminPort();
    }

    /// A model request of one user message.
    void asks(String key, String text, String... headers) throws IOException {
        var body = JsonNodeFactory.instance.objectNode().put("model", "m");
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        ask(key, body, headers);
    }

    /// The request after [#asks] of `call ID TOOL ARGUMENTS`, with that call's result.
    void echoes(String key, String id, String tool, String arguments, String result, String header)
            throws IOException {
        var body = JsonNodeFactory.instance.objectNode().put("model", "m");
        var messages = body.putArray("messages");
        messages.addObject()
                .put("role", "user")
                .put("content", "call %s %s %s".formatted(id, tool, arguments));
        calls(messages.addObject().put("role", "assistant"), id, tool, arguments);
        messages.addObject().put("role", "tool").put("tool_call_id", id).put("content", result);
        ask(key, body, header);
    }

    private void ask(String key, ObjectNode body, String... more) throws IOException {
        var headers = Arrays.copyOf(more, more.length + 2);
        headers[more.length] = "Content-Type: application/json";
        headers[more.length + 1] = "x-spangate-key: " + key;
        try (var client = WireClient.connect(gateway.port())) {
            var answer =
                    client.request("POST", "/v1/chat/completions", body.toString(), headers)
                            .readAnswer();
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        }
    }

    /// A tool execution in an MCP session of its own.
    ///
    /// @param meta members of `params._meta`, JSON
    void executes(String key, String tool, String arguments, String meta) throws IOException {
        var opened =
                mcp(
                        key,
                        """
                        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params":
                         {"protocolVersion": "2025-06-18", "capabilities": {},
                          "clientInfo": {"name": "raw", "version": "1"}}}
                        """);
        assertThat(opened.status()).as(opened.body()).isEqualTo(200);
        var session = "Mcp-Session-Id: " + opened.head().header("mcp-session-id");
        mcp(key, "{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}", session);
        var called =
                mcp(
                        key,
                        """
                        {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params":
                         {"name": "%s", "arguments": %s, "_meta": {%s}}}
                        """
                                .formatted(tool, arguments, meta),
                        session);
        assertThat(called.body()).contains("\"content\"");
    }

    private WireClient.Answer mcp(String key, String body, String... more) throws IOException {
        var headers = new String[more.length + 3];
        headers[0] = "Content-Type: application/json";
        headers[1] = "Accept: application/json, text/event-stream";
        headers[2] = "x-spangate-key: " + key;
        System.arraycopy(more, 0, headers, 3, more.length);
        try (var client = WireClient.connect(gateway.port())) {
            return client.request("POST", "/mcp", body, headers).readAnswer();
        }
    }

    WireClient.Answer admin(String path, String... headers) throws IOException {
        try (var client = WireClient.connect(gateway.adminPort())) {
            return client.request("GET", path, "", headers).readAnswer();
        }
    }

    JsonNode adminJson(String path) throws IOException {
        var answer = admin(path, TOKEN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    /// The first exported span of that kind, as `/api/chains` shows it; waits for it.
    JsonNode span(Predicate<JsonNode> wanted) throws Exception {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < until) {
            for (var trace : adminJson("/api/chains").path("traces")) {
                for (var span : trace.path("spans")) {
                    if (wanted.test(span)) {
                        return span;
                    }
                }
            }
            Thread.sleep(20);
        }
        throw new AssertionError("no such span in " + adminJson("/api/chains"));
    }

    JsonNode execution(String tool) throws Exception {
        return span(span -> span.path("name").asString("").equals("tools/call " + tool));
    }

    private static Script answer(WireRequest request) {
        var body = JSON.readTree(request.body().isEmpty() ? "{}" : request.body());
        return request.target().startsWith("/mcp") ? mcpServer(body) : model(body);
    }

    private static Script mcpServer(JsonNode message) {
        var id = message.path("id").toString();
        return switch (message.path("method").asString("")) {
            case "initialize" ->
                    result(
                            id,
                            """
                            {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                             "serverInfo": {"name": "scripted", "version": "1"}}
                            """);
            case "tools/list" -> result(id, TOOLS);
            case "tools/call" -> toolResult(id, message.at("/params/arguments/fail"));
            default ->
                    message.has("id")
                            ? Script.json(
                                    "{\"jsonrpc\": \"2.0\", \"id\": %s, \"error\": {\"code\": -32601, \"message\": \"?\"}}"
                                            .formatted(id))
                            : Script.answer(202, "application/json", "");
        };
    }

    private static Script toolResult(String id, JsonNode failure) {
        return result(
                id,
                "{\"isError\": %s, \"content\": [{\"type\": \"text\", \"text\": \"%s\"}]}"
                        .formatted(failure.isString(), failure.asString("found it")));
    }

    private static Script result(String id, String result) {
        return Script.json(
                "{\"jsonrpc\": \"2.0\", \"id\": %s, \"result\": %s}".formatted(id, result));
    }

    private static Script model(JsonNode body) {
        var text = body.at("/messages/0/content").asString("");
        var answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", "chatcmpl-1").put("object", "chat.completion").put("model", "m");
        var choice = answer.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        if (text.startsWith("call ") && body.path("messages").size() == 1) {
            var words = text.split(" ", 4);
            choice.put("finish_reason", "tool_calls");
            calls(message, words[1], words[2], words[3]);
        } else {
            choice.put("finish_reason", "stop");
            message.put("content", "done");
        }
        return Script.json(answer.toString());
    }

    private static void calls(ObjectNode message, String id, String tool, String arguments) {
        message.putNull("content")
                .putArray("tool_calls")
                .addObject()
                .put("id", id)
                .put("type", "function")
                .putObject("function")
                .put("name", tool)
                .put("arguments", arguments);
    }

    @Override
    public void close() {
        gateway.close();
        upstream.close();
    }
}
