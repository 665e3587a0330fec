package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How a JSON-RPC request was answered.
sealed interface UpstreamReply {
    /// The `result`, as it was sent.
    record Result(ObjectNode result) implements UpstreamReply {}

    /// The `error`, as it was sent.
    record RpcError(int code, String message, @Nullable JsonNode data) implements UpstreamReply {}
}
