package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.net.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An HTTP answer with a status other than 2xx, read for what it means to one message.
///
/// A JSON-RPC error in the body answers that message alone; the session and its other calls live
/// on.
final class HttpRefusal {
    private final int status;
    private final HttpHeaders headers;
    private final byte[] body;
    private final @Nullable JsonNode tree;

    HttpRefusal(int status, HttpHeaders headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
        this.tree = read(body);
    }

    /// 404 says so by the specification; several servers say it with 400 and words.
    boolean saysSessionIsUnknown() {
        if (status == 404) {
            return true;
        }
        if (status != 400 || tree == null) {
            return false;
        }
        var error = tree.path("error");
        var text = error.path("message").asString("").toLowerCase(Locale.ROOT);
        var ofNoRequest = tree.path("id").isNull() || tree.path("id").isMissingNode();
        return ofNoRequest
                && error.path("code").asInt(0) > JsonRpc.HEADER_MISMATCH
                && (text.contains("session") || text.contains("not initialized"));
    }

    /// The body's JSON-RPC error as the answer to `id`; null where it has none, or where the status
    /// is about us and not about the message.
    @Nullable JSONRPCResponse error(Object id) {
        if (tree == null || !tree.path("error").isObject() || status == 401 || status == 403) {
            return null;
        }
        var messages = UpstreamJson.decode(body, id);
        return messages.size() == 1 && messages.getFirst() instanceof JSONRPCResponse response
                ? JSONRPCResponse.error(id, response.error())
                : null;
    }

    /// The status in words.
    TransportFailure failure() {
        return switch (status) {
            case 401 ->
                    TransportFailure.status(
                            Kind.UNAUTHORIZED,
                            status,
                            "refused our credentials (HTTP 401%s); set its `headers` or `auth`"
                                    .formatted(challenge()));
            case 403 ->
                    TransportFailure.status(
                            Kind.UNAUTHORIZED,
                            status,
                            "denied access (HTTP 403%s); check its `headers` or `auth`"
                                    .formatted(challenge()));
            case 404, 405 ->
                    TransportFailure.status(
                            Kind.HTTP_STATUS,
                            status,
                            "answered HTTP " + status + "; check its `url` and `type`");
            case 429 ->
                    TransportFailure.status(
                            Kind.HTTP_STATUS, status, "answered HTTP 429 (too many requests)");
            default -> TransportFailure.status(Kind.HTTP_STATUS, status, "answered HTTP " + status);
        };
    }

    /// The scheme and error code of `WWW-Authenticate`; its other parameters may hold anything.
    private String challenge() {
        var header = headers.firstValue("www-authenticate").orElse("").strip();
        var scheme = header.isEmpty() ? "" : header.split("[ ,]", 2)[0];
        return scheme.matches("[A-Za-z]{1,16}") ? ", wants " + scheme : "";
    }

    private static @Nullable JsonNode read(byte[] body) {
        if (body.length == 0 || body[0] != '{') {
            return null;
        }
        try {
            return Json.MAPPER.readTree(body);
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
