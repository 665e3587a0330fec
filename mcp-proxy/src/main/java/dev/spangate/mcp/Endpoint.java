package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;

/// One path that speaks MCP.
///
/// @param path `/mcp` or `/mcp/{server}`
/// @param server the one server it shows, or null for all
record Endpoint(String path, @Nullable String server) {
    private static final String ROOT = "/mcp";

    static Endpoint all() {
        return new Endpoint(ROOT, null);
    }

    static Endpoint of(String server) {
        return new Endpoint(ROOT + "/" + server, server);
    }

    boolean shows(UpstreamServer candidate) {
        return server == null || server.equals(candidate.name());
    }
}
