package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A request cannot be served: thrown inward, rendered once at the edge.
///
/// The message reaches the client: it names what is wrong and the way out, and holds no secret.
final class RpcFault extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final int code;
    private final transient @Nullable JsonNode data;

    /// @param status the HTTP status where the answer has not begun
    /// @param code the JSON-RPC error code
    /// @param data the error's `data`, if any
    RpcFault(int status, int code, String message, @Nullable JsonNode data) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.data = data;
    }

    static RpcFault parseError(String message) {
        return new RpcFault(400, JsonRpc.PARSE_ERROR, message, null);
    }

    static RpcFault invalidRequest(String message) {
        return new RpcFault(400, JsonRpc.INVALID_REQUEST, message, null);
    }

    /// Wrong parameters of a request that reached its method.
    static RpcFault invalidParams(String message) {
        return new RpcFault(200, JsonRpc.INVALID_PARAMS, message, null);
    }

    /// 404 for a modern client, 200 for a legacy one.
    static RpcFault methodNotFound(Revision revision, String method) {
        return new RpcFault(
                revision.era() == Era.MODERN ? 404 : 200,
                JsonRpc.METHOD_NOT_FOUND,
                "Method not found: " + method,
                null);
    }

    static RpcFault upstream(McpUpstreamException failure) {
        var data = Json.object();
        data.put("server", failure.server());
        data.put("cause", failure.errorType());
        return new RpcFault(
                200, JsonRpc.UPSTREAM_FAILED, String.valueOf(failure.getMessage()), data);
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }

    UpstreamReply.RpcError toReply() {
        return new UpstreamReply.RpcError(code, text(), data);
    }
}
