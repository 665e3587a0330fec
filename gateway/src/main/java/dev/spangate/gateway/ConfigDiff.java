package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Which paths differ between two configurations; never their values.
final class ConfigDiff {
    private ConfigDiff() {}

    /// Lines such as `mcp.servers.files added`, in the order of the new configuration.
    static List<String> between(JsonNode before, JsonNode after) {
        var changes = new ArrayList<String>();
        compare("", before, after, changes);
        return changes;
    }

    /// Those of the changes that a running process cannot take up.
    static List<String> needingRestart(List<String> changes) {
        return changes.stream()
                .filter(change ->
                        change.matches(
                                "(listen|admin|telemetry|linking|name|mcp\\.(prefix|lists|downstream))\\b.*"))
                .toList();
    }

    private static void compare(
            String path, JsonNode before, JsonNode after, List<String> changes) {
        if (before.equals(after)) {
            return;
        }
        if (!before.isObject() || !after.isObject()) {
            changes.add((path.isEmpty() ? "everything" : path) + " changed");
            return;
        }
        var keys = new LinkedHashSet<>(after.propertyNames());
        keys.addAll(before.propertyNames());
        for (var key : keys) {
            var inner = path.isEmpty() ? key : path + "." + key;
            if (!before.has(key)) {
                changes.add(inner + " added");
            } else if (!after.has(key)) {
                changes.add(inner + " removed");
            } else {
                compare(inner, before.get(key), after.get(key), changes);
            }
        }
    }
}
