package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which exposed tools a model-side name resolves to (rule L2).
///
/// Safe for threads: tables are replaced whole.
final class ToolNames {
    private static final int MAX_NAME = 512;

    private final Map<String, Table> endpoints = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    /// A tool with the defaults that its schema states.
    record Exposed(String name, String server, CanonicalJson.Defaults defaults) {}

    /// What an endpoint shows, by cleaned name, and by cleaned name without hyphens.
    private record Table(Map<String, List<Exposed>> names, Map<String, List<Exposed>> unhyphened) {
        static final Table EMPTY = new Table(Map.of(), Map.of());
    }

    /// Replaces what an endpoint shows.
    void expose(String endpoint, Collection<ExposedTool> tools, CanonicalJson json) {
        show(
                endpoint,
                tools.stream()
                        .map(tool ->
                                new Exposed(
                                        tool.name(),
                                        tool.server(),
                                        json.defaults(tool.inputSchema())))
                        .toList());
    }

    /// Replaces what an endpoint shows by what replicas told of it.
    void show(String endpoint, Collection<Exposed> tools) {
        var table = new Table(new HashMap<>(), new HashMap<>());
        for (var exposed : tools) {
            var name = normal(exposed.name());
            table.names().computeIfAbsent(name, _ -> new ArrayList<>()).add(exposed);
            table.unhyphened()
                    .computeIfAbsent(unhyphened(name), _ -> new ArrayList<>())
                    .add(exposed);
        }
        endpoints.put(endpoint, table);
        version.incrementAndGet();
    }

    /// All tools that an endpoint shows.
    List<Exposed> shown(String endpoint) {
        return endpoints.getOrDefault(endpoint, Table.EMPTY).names().values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /// Changes whenever a resolution may have changed.
    long version() {
        return version.get();
    }

    Collection<String> endpoints() {
        return endpoints.keySet();
    }

    /// The defaults of each schema that the name may mean; none where it means nothing (rule L3).
    List<CanonicalJson.Defaults> defaults(String name) {
        List<CanonicalJson.Defaults> found = new ArrayList<>(1);
        Set<Long> keys = new HashSet<>();
        for (var endpoint : endpoints.keySet()) {
            for (var exposed : resolve(endpoint, name)) {
                if (keys.add(exposed.defaults().key())) {
                    found.add(exposed.defaults());
                }
            }
        }
        return found.isEmpty() ? List.of(CanonicalJson.Defaults.NONE) : List.copyOf(found);
    }

    /// True if the name means a tool at any endpoint.
    boolean means(String name) {
        return endpoints.keySet().stream().anyMatch(at -> !resolve(at, name).isEmpty());
    }

    /// The tools that `name` means at `endpoint`: those with the longest name that it equals or
    /// ends with after a separator; an exact name beats one that is equal only after cleaning.
    ///
    /// A name that means nothing so is compared once more with hyphens as `_`: some clients (Codex)
    /// replace them before they offer a tool to the model.
    List<Exposed> resolve(String endpoint, String name) {
        var table = endpoints.getOrDefault(endpoint, Table.EMPTY);
        var cleaned = normal(name);
        var found = resolve(table.names(), cleaned, name);
        return found.isEmpty() ? resolve(table.unhyphened(), unhyphened(cleaned), name) : found;
    }

    private static List<Exposed> resolve(
            Map<String, List<Exposed>> table, String cleaned, String name) {
        for (int from = 0; from < cleaned.length(); from++) {
            if (from > 0 && !separator(cleaned.charAt(from - 1))) {
                continue;
            }
            var found = table.get(cleaned.substring(from));
            if (found != null) {
                return exact(found, name.substring(from));
            }
        }
        return List.of();
    }

    private static List<Exposed> exact(List<Exposed> found, String written) {
        var exact = found.stream().filter(tool -> tool.name().equals(written)).toList();
        return exact.isEmpty() ? found : exact;
    }

    /// The exposed tool of that very name; a bare one where the endpoint never told.
    Exposed executed(String endpoint, String tool, String server) {
        for (var known :
                endpoints
                        .getOrDefault(endpoint, Table.EMPTY)
                        .names()
                        .getOrDefault(normal(tool), List.of())) {
            if (known.name().equals(tool)) {
                return known;
            }
        }
        return new Exposed(tool, server, CanonicalJson.Defaults.NONE);
    }

    /// True if `name` equals `tool` or ends with it after a separator, both cleaned.
    static boolean means(String name, String tool) {
        String cleaned = normal(name);
        String wanted = normal(tool);
        int from = cleaned.length() - wanted.length();
        return from >= 0
                && cleaned.endsWith(wanted)
                && !wanted.isEmpty()
                && (from == 0 || separator(cleaned.charAt(from - 1)));
    }

    private static String unhyphened(String cleaned) {
        return cleaned.replace('-', '_');
    }

    private static boolean separator(char c) {
        return c == '_' || c == '-';
    }

    /// Every character outside `[A-Za-z0-9_-]` compares as `_`.
    static String normal(String name) {
        var cleaned =
                new StringBuilder(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name);
        for (int i = 0; i < cleaned.length(); i++) {
            char c = cleaned.charAt(i);
            boolean kept = c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '-');
            if (!kept) {
                cleaned.setCharAt(i, '_');
            }
        }
        return cleaned.toString();
    }
}
