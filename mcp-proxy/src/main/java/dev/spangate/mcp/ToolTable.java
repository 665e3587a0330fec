package dev.spangate.mcp;

import dev.spangate.linking.ExposedTool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What an endpoint shows: exposed name to tool, in order of server, then name. Immutable.
final class ToolTable {
    private final Map<String, Tool> byName;
    private final List<ObjectNode> definitions;

    private ToolTable(Map<String, Tool> byName) {
        this.byName = byName;
        this.definitions = byName.values().stream().map(Tool::definition).toList();
    }

    /// A tool as an endpoint shows it.
    ///
    /// @param name the exposed name
    /// @param server its owner
    /// @param own the name that the owner knows
    /// @param definition as the owner sent it, with the exposed name
    record Tool(String name, String server, String own, ObjectNode definition) {}

    /// One server's tools.
    record Offer(String server, ServerConfig.ToolChoice choice, List<ObjectNode> tools) {}

    /// Builds the table of an endpoint that shows these offers.
    static ToolTable of(List<Offer> offers, McpConfig.Prefix prefix, int maxNameLength) {
        return new Builder(prefix, new ExposedNames(maxNameLength), collisions(offers)).add(offers);
    }

    Optional<Tool> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// The definitions, in order. Shared: never changed.
    List<ObjectNode> definitions() {
        return definitions;
    }

    /// For the linker (rule L2).
    List<ExposedTool> exposed() {
        return byName.values().stream()
                .map(tool -> new ExposedTool(tool.name(), tool.server(), schema(tool.definition())))
                .toList();
    }

    private static @Nullable String schema(ObjectNode definition) {
        var schema = Json.child(definition, "inputSchema");
        return schema == null ? null : Json.text(schema);
    }

    private static Set<String> collisions(List<Offer> offers) {
        var owner = new HashMap<String, String>();
        var collisions = new HashSet<String>();
        for (var offer : offers) {
            for (var tool : offer.tools()) {
                var name = shown(offer, String.valueOf(Json.string(tool, "name")));
                var other = owner.putIfAbsent(name, offer.server());
                if (other != null && !other.equals(offer.server())) {
                    collisions.add(name);
                }
            }
        }
        return collisions;
    }

    private static String shown(Offer offer, String own) {
        return offer.choice().rename().getOrDefault(own, own);
    }

    private static final class Builder {
        private static final System.Logger LOG = System.getLogger(ToolTable.class.getName());

        private final McpConfig.Prefix prefix;
        private final ExposedNames names;
        private final Set<String> collisions;
        private final Map<String, Tool> table = new LinkedHashMap<>();

        Builder(McpConfig.Prefix prefix, ExposedNames names, Set<String> collisions) {
            this.prefix = prefix;
            this.names = names;
            this.collisions = collisions;
        }

        ToolTable add(List<Offer> offers) {
            for (var offer : offers) {
                tools(offer).forEach(this::add);
            }
            return new ToolTable(Collections.unmodifiableMap(table));
        }

        private List<Tool> tools(Offer offer) {
            var tools = new ArrayList<Tool>();
            var seen = new HashSet<String>();
            for (var definition : offer.tools()) {
                var own = Json.string(definition, "name");
                if (own != null && seen.add(own) && Globs.chosen(offer.choice(), own)) {
                    tools.add(new Tool(name(offer, own), offer.server(), own, definition));
                }
            }
            tools.sort(Comparator.comparing(Tool::name));
            return tools;
        }

        private String name(Offer offer, String own) {
            var shown = shown(offer, own);
            boolean prefixed =
                    switch (prefix) {
                        case ALWAYS -> true;
                        case NEVER -> false;
                        case ON_COLLISION -> collisions.contains(shown);
                    };
            return prefixed ? names.prefixed(offer.server(), shown) : shown;
        }

        private void add(Tool tool) {
            var free = tool;
            if (table.containsKey(tool.name())) {
                if (prefix == McpConfig.Prefix.NEVER) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "Tool hidden: name taken by another server; rename it or set mcp.prefix."
                                    + " server={0} tool={1}",
                            tool.server(),
                            tool.own());
                    return;
                }
                free = renamed(tool, names.hashed(tool.server(), tool.own()));
            }
            table.putIfAbsent(free.name(), renamed(free, free.name()));
        }

        /// The tool under another name; its definition says so.
        private static Tool renamed(Tool tool, String name) {
            if (name.equals(Json.string(tool.definition(), "name"))) {
                return new Tool(name, tool.server(), tool.own(), tool.definition());
            }
            var definition = tool.definition().deepCopy();
            definition.put("name", name);
            return new Tool(name, tool.server(), tool.own(), definition);
        }
    }
}
