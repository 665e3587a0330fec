package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds the JSON-RPC messages that go to a client: the one place that renders errors.
final class ServerMessages {
    private ServerMessages() {}

    static ObjectNode answer(@Nullable JsonNode id, UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.Result(var result) -> {
                var message = envelope(id);
                message.set("result", result);
                yield message;
            }
            case UpstreamReply.RpcError error -> error(id, error);
        };
    }

    static ObjectNode notification(String method, ObjectNode params) {
        var message = Json.object();
        message.put("jsonrpc", "2.0");
        message.put("method", method);
        message.set("params", params);
        return message;
    }

    static ObjectNode request(long id, String method, ObjectNode params) {
        var message = Json.object();
        message.put("jsonrpc", "2.0");
        message.put("id", id);
        message.put("method", method);
        message.set("params", params);
        return message;
    }

    private static ObjectNode error(@Nullable JsonNode id, UpstreamReply.RpcError error) {
        var message = envelope(id);
        var body = message.putObject("error");
        body.put("code", error.code());
        body.put("message", error.message());
        if (error.data() != null) {
            body.set("data", error.data());
        }
        return message;
    }

    private static ObjectNode envelope(@Nullable JsonNode id) {
        var message = Json.object();
        message.put("jsonrpc", "2.0");
        message.set("id", id);
        return message;
    }
}
