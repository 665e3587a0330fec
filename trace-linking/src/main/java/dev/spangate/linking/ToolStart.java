package dev.spangate.linking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of a tool execution when its request has been read.
///
/// @param origin who asks
/// @param endpoint the MCP endpoint it came to (`/mcp`, `/mcp/files`): names resolve there (L2)
/// @param server the upstream server's configured name
/// @param tool the exposed name, as the client sent it
/// @param arguments JSON text of the arguments, as the client sent them
/// @param meta string entries of `params._meta`, call-id keys among them
/// @param mcpSession the `Mcp-Session-Id`, if the era has one; narrows repeats only (L8)
/// @param attributes further span attributes
public record ToolStart(
        Origin origin,
        String endpoint,
        String server,
        String tool,
        String arguments,
        Map<String, String> meta,
        @Nullable String mcpSession,
        Map<String, Object> attributes) {
    public ToolStart {
        meta = Map.copyOf(meta);
        attributes = Map.copyOf(attributes);
    }
}
