package dev.spangate.mcp;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One path that speaks MCP, as one caller sees it.
///
/// @param path `/mcp`, `/mcp/{server}` or `/mcp/{virtual server}`
/// @param server the one server it shows, or null for several
/// @param patterns of a virtual server: `server/tool` globs; empty shows everything
/// @param seen which servers exist for the caller, by name; asked anew each time
record Endpoint(
        String path, @Nullable String server, List<String> patterns, Predicate<String> seen) {
    private static final String ROOT = "/mcp";

    Endpoint {
        patterns = List.copyOf(patterns);
    }

    static Endpoint all() {
        return new Endpoint(ROOT, null, List.of(), _ -> true);
    }

    static Endpoint of(String server) {
        return new Endpoint(ROOT + "/" + server, server, List.of(), _ -> true);
    }

    static Endpoint virtual(String name, List<String> patterns) {
        return new Endpoint(ROOT + "/" + name, null, patterns, _ -> true);
    }

    /// The same path for somebody for whom only these servers exist.
    Endpoint seenBy(Predicate<String> servers) {
        return new Endpoint(path, server, patterns, servers);
    }

    /// The same path with everything it has: names are given out over all of it, so that they do
    /// not depend on who asks.
    Endpoint whole() {
        return seenBy(_ -> true);
    }

    /// Whether this is the path that has every server.
    boolean showsAll() {
        return server == null && !isVirtual();
    }

    boolean isVirtual() {
        return !patterns.isEmpty();
    }

    boolean shows(UpstreamServer candidate) {
        return shows(candidate.name());
    }

    /// Whether anything of the server of this name is to be found here.
    boolean shows(String candidate) {
        boolean here =
                server != null
                        ? server.equals(candidate)
                        : !candidate.equals(McpConfig.CHECK) && holds(candidate);
        return here && seen.test(candidate);
    }

    private boolean holds(String candidate) {
        return !isVirtual()
                || ToolPattern.all(patterns).stream()
                        .anyMatch(pattern -> pattern.concerns(candidate));
    }

    /// What of a server is shown here.
    NameTable.Selection select(UpstreamServer candidate) {
        var configured = Selections.configured(candidate.config().tools());
        return isVirtual()
                ? Selections.narrowed(configured, candidate.name(), patterns)
                : configured;
    }
}
