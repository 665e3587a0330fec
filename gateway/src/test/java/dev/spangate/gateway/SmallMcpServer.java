package dev.spangate.gateway;

import dev.spangate.testing.Script;
import dev.spangate.testing.ScriptedUpstream;
import dev.spangate.testing.WireRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// An MCP server of 2025-11-25 on a socket whose tools a test chooses; each answers with its own
/// name.
final class SmallMcpServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ScriptedUpstream web = ScriptedUpstream.start(this::answer);
    private final Map<String, String> tools = new ConcurrentHashMap<>();

    /// @param names of its tools
    SmallMcpServer(String... names) {
        for (var name : names) {
            tool(name, "does " + name);
        }
    }

    SmallMcpServer tool(String name, String description) {
        tools.put(name, description);
        return this;
    }

    String url() {
        return web.uri() + "/mcp";
    }

    /// The requests with this JSON-RPC method, in order.
    List<WireRequest> received(String method) {
        return web.requests().stream()
                .filter(request -> request.body().contains("\"" + method + "\""))
                .toList();
    }

    private Script answer(WireRequest request) {
        if (!request.method().equals("POST")) {
            return Script.answer(405, "text/plain", "");
        }
        var message = JSON.readTree(request.body());
        if (!message.has("id")) {
            return Script.answer(202, "text/plain", "");
        }
        var answer = JSON.createObjectNode().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        var result = result(message);
        if (result == null) {
            answer.putObject("error").put("code", -32601).put("message", "Method not found");
        } else {
            answer.set("result", result);
        }
        return Script.json(JSON.writeValueAsString(answer));
    }

    private ObjectNode result(JsonNode message) {
        return switch (message.path("method").asString("")) {
            case "initialize" ->
                    object(
                            "{\"protocolVersion\": \"2025-11-25\", \"capabilities\": {\"tools\": {}},"
                                    + " \"serverInfo\": {\"name\": \"small\", \"version\": \"1\"}}");
            case "tools/list" -> list();
            case "tools/call" -> called(message.at("/params/name").asString(""));
            default -> null;
        };
    }

    private ObjectNode list() {
        var result = JSON.createObjectNode();
        var array = result.putArray("tools");
        tools.keySet().stream()
                .sorted()
                .forEach(name -> {
                    var tool =
                            array.addObject().put("name", name).put("description", tools.get(name));
                    tool.putObject("inputSchema").put("type", "object");
                });
        return result;
    }

    private static ObjectNode called(String name) {
        var result = JSON.createObjectNode();
        result.putArray("content").addObject().put("type", "text").put("text", "result of " + name);
        return result;
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    @Override
    public void close() {
        web.close();
    }
}
