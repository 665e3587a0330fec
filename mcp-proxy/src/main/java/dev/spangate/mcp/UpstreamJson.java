package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCNotification;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// JSON-RPC messages of servers as bytes: the SDK's envelope records around [JsonNode] trees in
/// `params`, `result` and `error.data`, so that what we do not know is not lost.
final class UpstreamJson {
    private UpstreamJson() {}

    /// The message as JSON text without line breaks.
    static byte[] encode(JSONRPCMessage message) {
        var out = new ByteArrayOutputStream(512);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("jsonrpc", McpSchema.JSONRPC_VERSION);
            switch (message) {
                case JSONRPCRequest request -> {
                    json.writePOJOProperty("id", request.id());
                    writeCall(json, request.method(), request.params());
                }
                case JSONRPCNotification notification ->
                        writeCall(json, notification.method(), notification.params());
                case JSONRPCResponse response -> writeResponse(json, response);
                default -> throw new IllegalArgumentException("not a JSON-RPC message");
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static void writeCall(JsonGenerator json, String method, @Nullable Object params) {
        json.writeStringProperty("method", method);
        if (params != null) {
            json.writePOJOProperty("params", params);
        }
    }

    private static void writeResponse(JsonGenerator json, JSONRPCResponse response) {
        json.writePOJOProperty("id", response.id());
        var error = response.error();
        if (error == null) {
            json.writePOJOProperty("result", response.result());
            return;
        }
        json.writeObjectPropertyStart("error");
        json.writePOJOProperty("code", error.code());
        json.writeStringProperty("message", error.message());
        if (error.data() != null) {
            json.writePOJOProperty("data", error.data());
        }
        json.writeEndObject();
    }

    /// Reads one message, or a batch of them (2025-03-26).
    ///
    /// @param idOfNullId the request that a response with `id: null` must belong to, null where
    ///   nothing tells
    /// @throws TransportFailure if the bytes are no JSON-RPC
    static List<JSONRPCMessage> decode(byte[] bytes, @Nullable Object idOfNullId) {
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(bytes);
        } catch (JacksonException | StackOverflowError malformed) {
            throw protocol("sent something that is not JSON");
        }
        if (!tree.isArray()) {
            return List.of(message(tree, idOfNullId));
        }
        var messages = new ArrayList<JSONRPCMessage>(tree.size());
        for (var element : tree) {
            messages.add(message(element, idOfNullId));
        }
        return messages;
    }

    private static JSONRPCMessage message(JsonNode tree, @Nullable Object idOfNullId) {
        var id = id(tree.get("id"));
        var method = tree.get("method");
        if (method != null && method.isString() && !method.stringValue().isBlank()) {
            return id == null
                    ? new JSONRPCNotification(method.stringValue(), tree.get("params"))
                    : new JSONRPCRequest(method.stringValue(), id, tree.get("params"));
        }
        if (!tree.has("result") && !tree.has("error")) {
            throw protocol("sent JSON that is not a JSON-RPC message");
        }
        var owner = id == null ? idOfNullId : id;
        if (owner == null) {
            throw protocol("sent a response without an id");
        }
        var error = tree.get("error");
        return error == null || error.isNull()
                ? JSONRPCResponse.result(owner, tree.get("result"))
                : JSONRPCResponse.error(owner, error(error));
    }

    private static @Nullable Object id(@Nullable JsonNode id) {
        if (id == null || id.isNull()) {
            return null;
        }
        if (id.isString()) {
            return id.stringValue();
        }
        if (id.isIntegralNumber() && id.canConvertToLong()) {
            return id.longValue();
        }
        throw protocol("sent a JSON-RPC id that is neither a string nor an integer");
    }

    private static JSONRPCError error(JsonNode error) {
        var code = error.path("code");
        var message = error.path("message");
        return new JSONRPCError(
                code.canConvertToInt() ? code.intValue() : -32603,
                message.isString() ? message.stringValue() : error.toString(),
                error.get("data"));
    }

    private static TransportFailure protocol(String message) {
        return new TransportFailure(McpUpstreamException.Kind.PROTOCOL, message);
    }
}
