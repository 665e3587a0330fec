package dev.spangate.mcp;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The tools of the registered servers for whoever operates them: what clients are shown, and what
/// the checks found. Never asks a server; thread-safe.
public final class ShownTools {
    private final Catalog catalog;
    private final Tables tables;
    private final ToolWatch watch;

    ShownTools(Catalog catalog, Tables tables, ToolWatch watch) {
        this.catalog = catalog;
        this.tables = tables;
        this.watch = watch;
    }

    /// A tool of a server.
    ///
    /// @param name the server's own name for it
    /// @param exposed what clients of `/mcp` call it; empty where they do not see it
    public record Tool(String name, Optional<String> exposed) {}

    /// A server's tools in its own order, for all kinds of clients; empty as long as nobody has
    /// asked for its list.
    public Optional<List<Tool>> of(String server) {
        return catalog.knownTools(server)
                .map(tools -> tools(tools, tables.exposedNames(Endpoint.all(), server)));
    }

    private static List<Tool> tools(List<ObjectNode> tools, Map<String, String> exposed) {
        return tools.stream()
                .map(tool -> Json.string(tool, "name"))
                .filter(name -> name != null)
                .map(name -> new Tool(name, Optional.ofNullable(exposed.get(name))))
                .toList();
    }

    /// Everything that the checks found and that is still so, by server and tool.
    public List<ToolFinding> findings() {
        return tables.settled(watch::findings);
    }

    /// Takes changed definitions for good: of one tool, by the server's own name, or of all.
    ///
    /// @return how many there were
    public int approve(String server, Optional<String> tool) {
        int approved = watch.approve(server, tool);
        catalog.toolsChanged(server);
        return approved;
    }

    void serversChanged() {
        watch.keep(
                catalog.of(new View(Endpoint.all(), Audience.ANY)).stream()
                        .map(each -> each.server().name())
                        .collect(Collectors.toSet()));
    }
}
