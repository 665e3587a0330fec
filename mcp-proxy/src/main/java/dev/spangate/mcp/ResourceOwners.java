package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Knows which server has a resource, without wrapping its URI: from the lists, from what servers
/// linked to in their results and tool definitions, from templates. Where several have it, the
/// first in order.
final class ResourceOwners {
    private static final int MAX_LEARNED = 100_000;

    private final Cache<String, String> learned =
            Caffeine.newBuilder().maximumSize(MAX_LEARNED).build();

    /// What one server lists.
    record Listed(String server, List<ObjectNode> resources, List<ObjectNode> templates) {}

    /// Owners by exact URI and by template, of one endpoint; the first in order first. Immutable.
    static final class Table {
        private final Map<String, List<String>> exact = new HashMap<>();
        private final List<Template> templates = new ArrayList<>();

        private record Template(UriTemplate template, String server) {}

        Table(List<Listed> all) {
            for (var listed : all) {
                for (var resource : listed.resources()) {
                    add(Json.string(resource, "uri"), listed.server());
                }
                for (var template : listed.templates()) {
                    var text = Json.string(template, "uriTemplate");
                    if (text != null) {
                        add(text, listed.server());
                        templates.add(new Template(UriTemplate.of(text), listed.server()));
                    }
                }
            }
        }

        private void add(@Nullable String uri, String server) {
            if (uri != null) {
                exact.computeIfAbsent(uri, _ -> new ArrayList<>(1)).add(server);
            }
        }

        private Optional<String> exact(String uri, Predicate<String> shown) {
            return exact.getOrDefault(uri, List.of()).stream().filter(shown).findFirst();
        }

        private Optional<String> byTemplate(String uri, Predicate<String> shown) {
            for (var each : templates) {
                if (each.template().matches(uri) && shown.test(each.server())) {
                    return Optional.of(each.server());
                }
            }
            return Optional.empty();
        }
    }

    /// The owner's name, if anything tells.
    ///
    /// @param shown which servers there are for who asks
    Optional<String> owner(Table table, String uri, Predicate<String> shown) {
        return table.exact(uri, shown)
                .or(() -> Optional.ofNullable(learned.getIfPresent(uri)).filter(shown))
                .or(() -> table.byTemplate(uri, shown));
    }

    /// Remembers the resources that a server's result points to.
    void learn(String server, ObjectNode result) {
        each(result.get("content"), part -> learnPart(server, part));
        each(result.get("contents"), part -> learnUri(server, part));
        each(result.get("messages"), message -> learnPart(server, message.get("content")));
    }

    /// Remembers the page that a tool definition shows itself with (MCP Apps).
    void learnTool(String server, ObjectNode definition) {
        var ui = Json.child(Json.child(definition, "_meta"), "ui");
        var uri = Json.string(ui, "resourceUri");
        if (uri != null) {
            learned.put(uri, server);
        }
    }

    private void learnPart(String server, @Nullable JsonNode part) {
        if ("resource_link".equals(Json.string(part, "type"))) {
            learnUri(server, part);
        } else if ("resource".equals(Json.string(part, "type"))) {
            learnUri(server, Json.child(part, "resource"));
        }
    }

    private void learnUri(String server, @Nullable JsonNode holder) {
        var uri = Json.string(holder, "uri");
        if (uri != null) {
            learned.put(uri, server);
        }
    }

    private static void each(@Nullable JsonNode array, Consumer<JsonNode> use) {
        if (array != null && array.isArray()) {
            array.forEach(use);
        }
    }
}
