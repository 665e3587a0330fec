package dev.spangate.gateway;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A provider and an MCP server that cost nothing: what `./spangate verify` puts behind the gateway
/// at the address of the configuration's `verify`.
///
/// The model asks once for the first tool on offer, then says that it is done. The server has one
/// tool, which says what it was given.
final class VerifyPeer implements AutoCloseable {
    static final String MODEL = "check";
    static final String TOOL = "check";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int METHOD_NOT_FOUND = -32601;

    private final ObjectNode arguments;
    private final WebServer server;

    private VerifyPeer(URI address, ObjectNode arguments) {
        this.arguments = arguments;
        this.server =
                WebServer.builder()
                        .host(address.getHost())
                        .port(Math.max(0, address.getPort()))
                        .shutdownHook(false)
                        .shutdownGracePeriod(Duration.ofMillis(100))
                        .routing(routing -> route(routing))
                        .build()
                        .start();
    }

    /// Starts at the configured address.
    ///
    /// @param arguments what the model wants the tool to be given
    /// @throws CommandException the address is taken or not this machine's
    static VerifyPeer start(URI address, ObjectNode arguments) {
        var peer = new VerifyPeer(address, arguments);
        if (!peer.server.isRunning()) { // Helidon only logs why
            throw new CommandException(
                    "cannot listen at %s (`verify` of the configuration): is another verify running, or is that another machine's address?"
                            .formatted(address));
        }
        return peer;
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void route(HttpRules rules) {
        rules.post("/v1/chat/completions", this::complete)
                .get("/v1/models", VerifyPeer::models)
                .post("/mcp", VerifyPeer::rpc)
                .any("/mcp", (request, response) -> send(response, 405, object()));
    }

    private static void models(ServerRequest request, ServerResponse response) {
        var list = object().put("object", "list");
        list.putArray("data").addObject().put("id", MODEL).put("object", "model");
        send(response, 200, list);
    }

    private void complete(ServerRequest request, ServerResponse response) {
        var asked = body(request);
        var answer = object();
        answer.put("id", "chatcmpl-" + id())
                .put("object", "chat.completion")
                .put("created", System.currentTimeMillis() / 1000)
                .put("model", asked.path("model").asString(MODEL));
        answer.putObject("usage")
                .put("prompt_tokens", 40)
                .put("completion_tokens", 12)
                .put("total_tokens", 52);
        var choice = answer.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        if (hasResult(asked.path("messages"))) {
            choice.put("finish_reason", "stop");
            message.put("content", "The tool has answered; the check is done.");
        } else {
            choice.put("finish_reason", "tool_calls");
            message.putNull("content");
            call(message.putArray("tool_calls"), asked);
        }
        send(response, 200, answer);
    }

    private void call(ArrayNode calls, JsonNode asked) {
        calls.addObject()
                .put("id", "call_" + id())
                .put("type", "function")
                .putObject("function")
                .put("name", asked.at("/tools/0/function/name").asString(TOOL))
                .put("arguments", JSON.writeValueAsString(arguments));
    }

    private static boolean hasResult(JsonNode messages) {
        for (var message : messages) {
            if (message.path("role").asString("").equals("tool")) {
                return true;
            }
        }
        return false;
    }

    private static void rpc(ServerRequest request, ServerResponse response) {
        var message = body(request);
        if (!message.has("id")) {
            response.status(Status.ACCEPTED_202).send();
            return;
        }
        var answer = object().put("jsonrpc", "2.0");
        answer.set("id", message.get("id"));
        var params = message.path("params");
        switch (message.path("method").asString("")) {
            case "initialize" -> answer.set("result", hello(params));
            case "ping" -> answer.putObject("result");
            case "tools/list" -> tools(answer.putObject("result"));
            case "tools/call" ->
                    answer.putObject("result")
                            .putArray("content")
                            .addObject()
                            .put("type", "text")
                            .put("text", "checked: " + params.path("arguments"));
            default ->
                    answer.putObject("error")
                            .put("code", METHOD_NOT_FOUND)
                            .put("message", "Method not found");
        }
        send(response, 200, answer);
    }

    private static ObjectNode hello(JsonNode params) {
        var hello = object();
        hello.put("protocolVersion", params.path("protocolVersion").asString("2025-11-25"));
        hello.putObject("capabilities").putObject("tools");
        hello.putObject("serverInfo")
                .put("name", "spangate-verify")
                .put("version", Version.number());
        return hello;
    }

    private static void tools(ObjectNode result) {
        var schema =
                result.putArray("tools")
                        .addObject()
                        .put("name", TOOL)
                        .put("description", "Says what it was given")
                        .putObject("inputSchema")
                        .put("type", "object");
        schema.putObject("properties").putObject("marker").put("type", "string");
    }

    private static JsonNode body(ServerRequest request) {
        try {
            return JSON.readTree(request.content().as(byte[].class));
        } catch (JacksonException _) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static void send(ServerResponse response, int status, JsonNode body) {
        response.status(Status.create(status))
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(JSON.writeValueAsBytes(body));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String id() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, 24);
    }
}
