package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON trees that keep every value exactly: big integers, `1e-7`, `2.0`, unknown fields.
final class Json {
    private static final int MAX_DEPTH = 500;
    private static final int MAX_NUMBER = 1000;

    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_NUMBER)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /// Refuses a key that stands twice: who checks and who executes must read the same.
    private static final ObjectReader STRICT =
            MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private Json() {}

    /// Reads what a client sent.
    ///
    /// @throws tools.jackson.core.JacksonException malformed, too deep, or a key twice
    static JsonNode parseStrict(byte[] bytes) {
        return STRICT.readTree(bytes);
    }

    /// Reads what a server sent.
    ///
    /// @throws tools.jackson.core.JacksonException malformed or too deep
    static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    static String text(JsonNode node) {
        return MAPPER.writeValueAsString(node);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /// The text of a member, or null where it is absent or no string.
    static @Nullable String string(@Nullable JsonNode node, String key) {
        var value = node == null ? null : node.get(key);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    /// The object under a key, or null where it is absent or no object.
    static @Nullable ObjectNode child(@Nullable JsonNode node, String key) {
        return node == null ? null : (node.get(key) instanceof ObjectNode found ? found : null);
    }
}
