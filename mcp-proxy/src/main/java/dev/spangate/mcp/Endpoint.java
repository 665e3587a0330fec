package dev.spangate.mcp;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One path that speaks MCP.
///
/// @param path `/mcp`, `/mcp/{server}` or `/mcp/{virtual server}`
/// @param server the one server it shows, or null for several
/// @param patterns of a virtual server: `server/tool` globs; empty shows everything
record Endpoint(String path, @Nullable String server, List<String> patterns) {
    private static final String ROOT = "/mcp";

    Endpoint {
        patterns = List.copyOf(patterns);
    }

    static Endpoint all() {
        return new Endpoint(ROOT, null, List.of());
    }

    static Endpoint of(String server) {
        return new Endpoint(ROOT + "/" + server, server, List.of());
    }

    static Endpoint virtual(String name, List<String> patterns) {
        return new Endpoint(ROOT + "/" + name, null, patterns);
    }

    boolean isVirtual() {
        return !patterns.isEmpty();
    }

    boolean shows(UpstreamServer candidate) {
        if (isVirtual()) {
            return patterns.stream().anyMatch(pattern -> ofServer(pattern, candidate.name()));
        }
        return server == null || server.equals(candidate.name());
    }

    /// What of a server is shown here.
    NameTable.Selection select(UpstreamServer candidate) {
        var configured = Selections.configured(candidate.config().tools());
        return isVirtual()
                ? Selections.narrowed(configured, candidate.name(), patterns)
                : configured;
    }

    private static boolean ofServer(String pattern, String name) {
        int slash = pattern.indexOf('/');
        return Globs.matches(slash < 0 ? pattern : pattern.substring(0, slash), name);
    }
}
