package dev.spangate.demo;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An MCP server over Streamable HTTP (revisions 2025-03-26 to 2025-11-25) at `/mcp` on 127.0.0.1:
/// small enough to read, with sessions, and with a list of tools.
///
/// Every `tools/call` is answered as one JSON body. All methods may be called from any thread.
public final class ToolServer implements AutoCloseable {
    private static final HeaderName SESSION = HeaderNames.create("Mcp-Session-Id");
    private static final int METHOD_NOT_FOUND = -32601;
    private static final int INVALID_PARAMS = -32602;

    private final String name;
    private final List<SampleTool> tools;
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();
    private final Queue<JsonNode> calls = new ConcurrentLinkedQueue<>();
    private final WebServer server;

    private ToolServer(String name, List<SampleTool> tools, int port) {
        this.name = name;
        this.tools = List.copyOf(tools);
        this.server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(port)
                        .shutdownHook(false)
                        .shutdownGracePeriod(Duration.ofMillis(200))
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing ->
                                routing.post("/mcp", this::post)
                                        .delete("/mcp", this::delete)
                                        .get(
                                                "/mcp",
                                                (request, response) ->
                                                        response.status(
                                                                        Status
                                                                                .METHOD_NOT_ALLOWED_405)
                                                                .send()))
                        .build()
                        .start();
    }

    /// Starts on a port, 0 for a free one.
    public static ToolServer start(String name, List<SampleTool> tools, int port) {
        return new ToolServer(name, tools, port);
    }

    /// The endpoint.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.port() + "/mcp");
    }

    /// The `params` of every `tools/call` so far, in order of arrival.
    public List<JsonNode> calls() {
        return List.copyOf(calls);
    }

    @Override
    public void close() {
        server.stop();
    }

    private void post(ServerRequest request, ServerResponse response) throws Exception {
        JsonNode message;
        try {
            message = Json.read(request.content().inputStream().readAllBytes());
        } catch (JacksonException e) {
            reply(response, 400, error(null, -32700, "Parse error"));
            return;
        }
        String method = Json.text(message, "method");
        JsonNode id = message.get("id");
        if (id == null) {
            response.status(Status.ACCEPTED_202).send();
        } else if (method.equals("initialize")) {
            String session = UUID.randomUUID().toString();
            sessions.add(session);
            response.header(SESSION, session);
            reply(response, 200, result(id, initialized(message.path("params"))));
        } else if (method.equals("server/discover")) {
            reply(response, 400, error(id, METHOD_NOT_FOUND, "Method not found: server/discover"));
        } else if (!sessions.contains(request.headers().value(SESSION).orElse(""))) {
            reply(response, 404, error(id, -32001, "Session not found"));
        } else {
            reply(response, 200, answer(id, method, message.path("params")));
        }
    }

    private void delete(ServerRequest request, ServerResponse response) {
        request.headers().value(SESSION).ifPresent(sessions::remove);
        response.status(Status.OK_200).send();
    }

    private Object answer(JsonNode id, String method, JsonNode params) {
        return switch (method) {
            case "ping" -> result(id, Map.of());
            case "tools/list" ->
                    result(
                            id,
                            Map.of("tools", tools.stream().map(SampleTool::definition).toList()));
            case "tools/call" -> call(id, params);
            default -> error(id, METHOD_NOT_FOUND, "Method not found: " + method);
        };
    }

    private Object call(JsonNode id, JsonNode params) {
        calls.add(params);
        String wanted = Json.text(params, "name");
        for (SampleTool tool : tools) {
            if (tool.name().equals(wanted)) {
                var result = tool.call(Json.map(params.path("arguments")));
                var content = List.of(Json.object("type", "text", "text", result.text()));
                return result(id, Json.object("content", content, "isError", result.error()));
            }
        }
        return error(id, INVALID_PARAMS, "Unknown tool: " + wanted);
    }

    private Object initialized(JsonNode params) {
        return Json.object(
                "protocolVersion", Json.text(params, "protocolVersion"),
                "capabilities", Map.of("tools", Map.of("listChanged", false)),
                "serverInfo", Json.object("name", name, "version", "1.0.0"));
    }

    private static Object result(JsonNode id, Object result) {
        return Json.object("jsonrpc", "2.0", "id", id, "result", result);
    }

    private static Object error(@Nullable JsonNode id, int code, String message) {
        var error = Json.object("code", code, "message", message);
        return Json.object("jsonrpc", "2.0", "id", id, "error", error);
    }

    private static void reply(ServerResponse response, int status, Object body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.send(Json.write(body).getBytes(StandardCharsets.UTF_8));
    }
}
