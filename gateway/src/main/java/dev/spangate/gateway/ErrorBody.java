package dev.spangate.gateway;

import io.helidon.http.Status;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The body of a refusal that no proxy has answered: in the shape of the protocol that the path
/// belongs to.
final class ErrorBody {
    private static final int INVALID_REQUEST = -32600;
    private static final int SERVER_ERROR = -32603;

    private ErrorBody() {}

    /// JSON for a client of `path`: JSON-RPC below `/mcp`, Anthropic's error, else OpenAI's.
    static byte[] of(String path, Status status, String code, String message) {
        var body = JsonNodeFactory.instance.objectNode();
        if (path.equals("/mcp") || path.startsWith("/mcp/")) {
            jsonRpc(body, status, message);
        } else if (path.startsWith("/anthropic/") || path.startsWith("/v1/messages")) {
            body.put("type", "error");
            body.putObject("error").put("type", anthropicType(status)).put("message", message);
        } else {
            openAi(body, status, code, message);
        }
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void jsonRpc(ObjectNode body, Status status, String message) {
        int code = status.code() >= 500 ? SERVER_ERROR : INVALID_REQUEST;
        body.put("jsonrpc", "2.0").putNull("id");
        body.putObject("error").put("code", code).put("message", message);
    }

    private static void openAi(ObjectNode body, Status status, String code, String message) {
        body.putObject("error")
                .put("message", message)
                .put("type", status.code() >= 500 ? "server_error" : "invalid_request_error")
                .putNull("param")
                .put("code", code);
    }

    private static String anthropicType(Status status) {
        return switch (status.code()) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            default -> status.code() >= 500 ? "api_error" : "invalid_request_error";
        };
    }
}
