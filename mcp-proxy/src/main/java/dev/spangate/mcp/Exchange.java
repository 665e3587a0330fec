package dev.spangate.mcp;

import dev.spangate.linking.Origin;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Origins;
import io.helidon.http.Headers;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Who sends a message, where to, and in which era.
///
/// @param caller who authenticated
/// @param endpoint the path it came to
/// @param client the revision spoken and what the client said of itself
/// @param session the legacy session, if the era has one
/// @param headers of the HTTP request
/// @param connection names the client's connection
record Exchange(
        Caller caller,
        Endpoint endpoint,
        ClientProfile client,
        @Nullable Session session,
        Headers headers,
        String connection) {
    boolean modern() {
        return client.revision().era() == Era.MODERN;
    }

    /// Whom upstream sessions are kept for: the session, else the credential together with what the
    /// client can do.
    UpstreamCall.Caller upstreamCaller() {
        var key =
                session != null
                        ? "session:" + session.id()
                        : "caller:"
                                + caller.name()
                                + ":"
                                + Integer.toHexString(client.capabilities().hashCode());
        return new UpstreamCall.Caller(key, client, CallerHeaders.of(headers));
    }

    Origin origin(@Nullable ObjectNode meta) {
        return Origins.of(caller, headers, strings(meta), null, null, connection);
    }

    /// Records waiting for servers on behalf of this request.
    Discovery discovery(TraceLinker linker, ClientMessage.Request request) {
        return new Discovery(linker, origin(request.meta()), request.method(), attributes(request));
    }

    /// The span attributes that every request has (OpenTelemetry MCP conventions).
    Map<String, Object> attributes(ClientMessage.Request request) {
        var attributes = new HashMap<String, Object>();
        attributes.put("mcp.method.name", request.method());
        attributes.put("mcp.protocol.version", client.revision().wire());
        attributes.put("jsonrpc.request.id", request.id().asString());
        if (session != null) {
            attributes.put("mcp.session.id", session.id());
        }
        return attributes;
    }

    /// The members of `_meta` that are texts.
    static Map<String, String> strings(@Nullable ObjectNode meta) {
        var strings = new HashMap<String, String>();
        if (meta != null) {
            for (var entry : meta.properties()) {
                if (entry.getValue().isString()) {
                    strings.put(entry.getKey(), entry.getValue().stringValue());
                }
            }
        }
        return strings;
    }
}
