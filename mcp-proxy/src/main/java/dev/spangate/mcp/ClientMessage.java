package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One JSON-RPC message of a client.
sealed interface ClientMessage {
    /// @param id a string or a whole number, exactly as sent
    record Request(JsonNode id, String method, ObjectNode params) implements ClientMessage {
        /// The id as one text: a number and a string never equal.
        String key() {
            return id.toString();
        }

        /// `params._meta`, if it is there.
        @Nullable ObjectNode meta() {
            return Json.child(params, "_meta");
        }
    }

    record Notification(String method, ObjectNode params) implements ClientMessage {}

    /// The answer to a request of ours.
    record Response(JsonNode id, UpstreamReply reply) implements ClientMessage {
        String key() {
            return id.toString();
        }
    }

    /// Reads one message (JSON-RPC 2.0 §4, §5; MCP allows no null id).
    ///
    /// @throws RpcFault when it is none
    static ClientMessage read(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            throw RpcFault.invalidRequest("A JSON-RPC message must be a JSON object");
        }
        if (!"2.0".equals(Json.string(object, "jsonrpc"))) {
            throw RpcFault.invalidRequest("`jsonrpc` must be \"2.0\"");
        }
        if (!object.has("method")) {
            return response(object);
        }
        var method = Json.string(object, "method");
        if (method == null || method.isEmpty()) {
            throw RpcFault.invalidRequest("`method` must be a non-empty string");
        }
        if (!object.has("id")) {
            return new Notification(method, params(object));
        }
        return new Request(id(object), method, params(object));
    }

    /// The id of a message that could not be read, or null.
    static @Nullable JsonNode idOf(@Nullable JsonNode node) {
        var id = node == null ? null : node.get("id");
        return id != null && isId(id) ? id : null;
    }

    private static Response response(ObjectNode object) {
        var error = Json.child(object, "error");
        if (error != null) {
            var code = error.get("code");
            return new Response(
                    id(object),
                    new UpstreamReply.RpcError(
                            code != null && code.canConvertToInt()
                                    ? code.intValue()
                                    : JsonRpc.INTERNAL_ERROR,
                            String.valueOf(Json.string(error, "message")),
                            error.get("data")));
        }
        var result = Json.child(object, "result");
        if (result == null) {
            throw RpcFault.invalidRequest(
                    "A message needs `method`, or `result` as an object, or `error`");
        }
        return new Response(id(object), new UpstreamReply.Result(result));
    }

    private static ObjectNode params(ObjectNode object) {
        var params = object.get("params");
        if (params == null) {
            return Json.object();
        }
        if (params instanceof ObjectNode named) {
            return named;
        }
        throw new RpcFault(400, JsonRpc.INVALID_PARAMS, "`params` must be an object", null);
    }

    private static JsonNode id(ObjectNode object) {
        var id = object.get("id");
        if (id == null || !isId(id)) {
            throw RpcFault.invalidRequest("`id` must be a string or a whole number");
        }
        return id;
    }

    private static boolean isId(JsonNode id) {
        return id.isString() || id.isIntegralNumber();
    }
}
