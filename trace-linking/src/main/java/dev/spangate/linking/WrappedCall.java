package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What the arguments of a wrapper tool name: `{name, arguments}` is also a call of that tool with
/// these arguments (rule L2).
///
/// @param name of the tool inside
/// @param arguments of the call inside
record WrappedCall(String name, JsonNode arguments) {
    private static final int MAX_INNER = 4;
    private static final int MAX_NAME = 200;

    /// @param ours tells whether a name means a tool of ours
    static List<WrappedCall> in(JsonNode json, Predicate<String> ours) {
        if (!json.isObject()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        List<JsonNode> objects = new ArrayList<>();
        for (var member : json.properties()) {
            var value = member.getValue();
            if (value.isObject()) {
                objects.add(value);
            } else if (value.isString()) {
                var inner = objectIn(value.stringValue());
                if (inner != null) {
                    objects.add(inner);
                } else if (isName(value.stringValue()) && ours.test(value.stringValue())) {
                    names.add(value.stringValue());
                }
            }
        }
        List<WrappedCall> found = new ArrayList<>(0);
        for (var name : names.subList(0, Math.min(MAX_INNER, names.size()))) {
            for (var object : objects.subList(0, Math.min(MAX_INNER, objects.size()))) {
                found.add(new WrappedCall(name, object));
            }
        }
        return found;
    }

    private static @Nullable JsonNode objectIn(String text) {
        if (!text.startsWith("{")) {
            return null;
        }
        var node = CanonicalJson.parse(text);
        return node != null && node.isObject() ? node : null;
    }

    private static boolean isName(String text) {
        return text.length() <= MAX_NAME && text.indexOf(' ') < 0 && !text.isEmpty();
    }
}
