package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Which exposed tools a model-side name resolves to (rule L2).
///
/// Safe for threads: tables are replaced whole.
final class ToolNames {
    private static final int MAX_NAME = 512;

    private final Map<String, Map<String, List<Exposed>>> endpoints = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();

    /// A tool with the defaults that its schema states.
    record Exposed(String name, String server, CanonicalJson.Defaults defaults) {}

    /// Replaces what an endpoint shows.
    void expose(String endpoint, Collection<ExposedTool> tools, CanonicalJson json) {
        Map<String, List<Exposed>> table = new HashMap<>();
        for (var tool : tools) {
            var defaults = json.defaults(tool.inputSchema());
            table.computeIfAbsent(normal(tool.name()), _ -> new ArrayList<>())
                    .add(new Exposed(tool.name(), tool.server(), defaults));
        }
        endpoints.put(endpoint, table);
        version.incrementAndGet();
    }

    /// Changes whenever a resolution may have changed.
    long version() {
        return version.get();
    }

    Collection<String> endpoints() {
        return endpoints.keySet();
    }

    /// The tools that `name` means at `endpoint`: those with the longest name that it equals or
    /// ends with after a separator; an exact name beats one that is equal only after cleaning.
    List<Exposed> resolve(String endpoint, String name) {
        return resolve(endpoints.getOrDefault(endpoint, Map.of()), name);
    }

    private static List<Exposed> resolve(Map<String, List<Exposed>> table, String name) {
        String cleaned = normal(name);
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
                endpoints.getOrDefault(endpoint, Map.of()).getOrDefault(normal(tool), List.of())) {
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
