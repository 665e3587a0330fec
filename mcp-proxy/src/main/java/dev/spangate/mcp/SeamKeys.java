package dev.spangate.mcp;

import io.modelcontextprotocol.common.McpTransportContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/// What travels beside a message through the SDK's transport seam, in Reactor's context.
final class SeamKeys {
    /// The id of our request on whose response stream a message came.
    private static final String RELATED_TO = "dev.spangate.related-to";

    private static final String HEADERS = "headers";

    private SeamKeys() {}

    /// Headers of one message, where the SDK's own transports look for per-request data.
    static McpTransportContext withHeaders(Map<String, String> headers) {
        return McpTransportContext.create(Map.of(HEADERS, headers));
    }

    @SuppressWarnings("unchecked") // Written by withHeaders only.
    static Map<String, String> headers(ContextView view) {
        if (!view.hasKey(McpTransportContext.KEY)) {
            return Map.of();
        }
        var headers = view.<McpTransportContext>get(McpTransportContext.KEY).get(HEADERS);
        return headers == null ? Map.of() : (Map<String, String>) headers;
    }

    static Context relatedTo(Object id) {
        return Context.of(RELATED_TO, id);
    }

    static @Nullable Object relatedTo(ContextView view) {
        return view.hasKey(RELATED_TO) ? view.get(RELATED_TO) : null;
    }
}
