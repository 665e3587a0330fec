package dev.spangate.mcp;

import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Where two JSON trees differ first, in few words.
final class TreeDifference {
    private static final int SHOWN = 200;

    private TreeDifference() {}

    /// Empty where they are equal; the order of an object's members does not matter.
    static String first(JsonNode expected, JsonNode actual) {
        return first("", expected, actual);
    }

    private static String first(String path, JsonNode expected, JsonNode actual) {
        if (expected.equals(actual)) {
            return "";
        }
        if (expected.isObject() && actual.isObject()) {
            var names = new TreeSet<String>(expected.propertyNames());
            names.addAll(actual.propertyNames());
            for (var name : names) {
                var difference = first(path + "/" + name, expected.path(name), actual.path(name));
                if (!difference.isEmpty()) {
                    return difference;
                }
            }
        }
        if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (var i = 0; i < expected.size(); i++) {
                var difference = first(path + "/" + i, expected.get(i), actual.get(i));
                if (!difference.isEmpty()) {
                    return difference;
                }
            }
        }
        return "%s: expected %s but was %s".formatted(path, shown(expected), shown(actual));
    }

    private static String shown(JsonNode node) {
        var text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
