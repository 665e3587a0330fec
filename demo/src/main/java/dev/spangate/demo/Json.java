package dev.spangate.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as this module reads and writes it.
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static JsonNode read(byte[] json) {
        return MAPPER.readTree(json);
    }

    static JsonNode read(String json) {
        return MAPPER.readTree(json);
    }

    static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static String pretty(Object value) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    }

    static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /// A JSON object as plain maps and lists.
    @SuppressWarnings("unchecked") // an object node always converts to a map with text keys
    static Map<String, Object> map(JsonNode object) {
        return object.isObject() ? MAPPER.convertValue(object, Map.class) : Map.of();
    }

    /// An object with its keys in the order written; null values stay.
    static Map<String, @Nullable Object> object(@Nullable Object... keysAndValues) {
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return map;
    }

    /// The elements of an array; none where it is something else.
    static List<JsonNode> items(JsonNode array) {
        return array.isArray() ? List.copyOf(array.values()) : List.of();
    }

    /// The text of a field, empty when absent or no text.
    static String text(JsonNode object, String field) {
        return object.path(field).asString("");
    }
}
