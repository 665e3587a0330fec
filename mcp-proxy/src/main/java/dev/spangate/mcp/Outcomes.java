package dev.spangate.mcp;

import dev.spangate.linking.Outcome;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.node.ObjectNode;

/// What an answer means for its span (OpenTelemetry MCP conventions, client side: every JSON-RPC
/// error is an error).
final class Outcomes {
    private static final int MAX_ERROR_TEXT = 500;

    private Outcomes() {}

    static Outcome of(UpstreamReply reply) {
        return switch (reply) {
            case UpstreamReply.RpcError error ->
                    new Outcome.Failed(errorType(error.code()), error.message());
            case UpstreamReply.Result(var result) ->
                    isError(result)
                            ? new Outcome.Failed("tool_error", errorText(result))
                            : new Outcome.Completed();
        };
    }

    static Outcome of(McpUpstreamException failure) {
        return failure.kind() == McpUpstreamException.Kind.CANCELLED
                ? new Outcome.Cancelled()
                : new Outcome.Failed(failure.errorType(), String.valueOf(failure.getMessage()));
    }

    /// Servers may invent codes: those of JSON-RPC and its range for servers are told, and HTTP's.
    static String errorType(int code) {
        boolean reserved = code >= -32_768 && code <= -32_000;
        boolean status = code >= 100 && code <= 599;
        return reserved || status ? Integer.toString(code) : "_OTHER";
    }

    static Map<String, Object> attributes(UpstreamReply reply) {
        return reply instanceof UpstreamReply.RpcError error
                ? Map.of("rpc.response.status_code", Integer.toString(error.code()))
                : Map.of();
    }

    private static boolean isError(ObjectNode result) {
        var flag = result.get("isError");
        return flag != null && flag.isBoolean() && flag.booleanValue();
    }

    /// What the tool itself says; telemetry drops it where no content is to be kept.
    private static String errorText(ObjectNode result) {
        var text = new StringJoiner("\n");
        for (var part : result.path("content")) {
            var said = part.path("text").asString("");
            if (!said.isBlank()) {
                text.add(said);
            }
        }
        if (text.length() == 0) {
            return "The tool reported an error";
        }
        return text.length() <= MAX_ERROR_TEXT
                ? text.toString()
                : text.toString().substring(0, MAX_ERROR_TEXT) + "…";
    }
}
