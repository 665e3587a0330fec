package dev.spangate.linking;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Hashes of JSON values, not bytes (rule L3): key order, escapes, null members, defaults that a
/// schema states and how a number is written do not matter.
final class CanonicalJson {
    /// Deeper values are compared as raw text; far above what tools take, far below the stack.
    private static final int MAX_DEPTH = 500;

    private static final int MAX_TEXT = 64 << 20;

    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxStringLength(MAX_TEXT)
                                                    .build())
                                    .build())
                    .build();

    private static final long OBJECT = 0x6f626a65;
    private static final long ARRAY = 0x61727261;
    private static final long STRING = 0x73747269;
    private static final long NUMBER = 0x6e756d62;
    private static final long LITERAL = 0x6c697465;
    private static final long RAW = 0x72617721;

    private final Keyed keyed;

    CanonicalJson(Keyed keyed) {
        this.keyed = keyed;
    }

    /// The parsed text; null where it is no JSON, too deep or too long.
    static @Nullable JsonNode parse(String json) {
        try {
            var node = json.isBlank() ? MAPPER.createObjectNode() : MAPPER.readTree(json);
            return node.isNull() ? MAPPER.createObjectNode() : node;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    /// Hash of arguments; text that is no JSON hashes as text.
    long hash(String json, Defaults defaults) {
        var node = parse(json);
        return node == null ? raw(json) : hash(node, defaults);
    }

    long raw(String text) {
        return keyed.combine(RAW, keyed.text(text));
    }

    long hash(JsonNode node, Defaults defaults) {
        if (node.isObject()) {
            long sum = 0;
            for (var member : node.properties()) {
                sum += member(member.getKey(), member.getValue(), defaults);
            }
            return keyed.combine(OBJECT, sum);
        }
        if (node.isArray()) {
            long hash = ARRAY;
            for (var item : node) {
                hash = keyed.combine(hash, hash(item, defaults.items()));
            }
            return hash;
        }
        if (node.isString()) {
            return keyed.combine(STRING, keyed.id(node.stringValue()));
        }
        if (node.isNumber()) {
            double value = node.numberValue().doubleValue();
            return keyed.combine(NUMBER, Double.doubleToLongBits(value == 0 ? 0.0 : value));
        }
        return keyed.combine(LITERAL, node.isBoolean() ? node.booleanValue() ? 1 : 2 : 3);
    }

    /// What a member adds to its object's sum; nothing for nulls and stated defaults.
    private long member(String key, JsonNode value, Defaults defaults) {
        if (value.isNull()) {
            return 0;
        }
        var stated = defaults.of(key);
        long hash = hash(value, stated.nested());
        return stated.value() == hash ? 0 : Keyed.mix(keyed.combine(keyed.id(key), hash));
    }

    /// The defaults that a tool's `inputSchema` states.
    Defaults defaults(@Nullable String schema) {
        var node = schema == null ? null : parse(schema);
        return node == null ? Defaults.NONE : defaults(node, 0);
    }

    private Defaults defaults(JsonNode schema, int depth) {
        if (depth > 8 || !schema.isObject()) {
            return Defaults.NONE;
        }
        Map<String, Stated> members = new HashMap<>();
        for (var property : schema.path("properties").properties()) {
            var nested = defaults(property.getValue(), depth + 1);
            var stated = property.getValue().get("default");
            long value = stated == null ? 0 : hash(stated, nested);
            if (value != 0 || !nested.isEmpty()) {
                members.put(property.getKey(), new Stated(value, nested));
            }
        }
        var items = schema.has("items") ? defaults(schema.get("items"), depth + 1) : Defaults.NONE;
        return members.isEmpty() && items.isEmpty() ? Defaults.NONE : new Defaults(members, items);
    }

    /// Defaults of one schema level.
    static final class Defaults {
        static final Defaults NONE = new Defaults(Map.of(), null);

        private final Map<String, Stated> members;
        private final @Nullable Defaults items;

        private final long named;

        private Defaults(Map<String, Stated> members, @Nullable Defaults items) {
            this(members, items, 0);
        }

        private Defaults(Map<String, Stated> members, @Nullable Defaults items, long named) {
            this.named = named;
            this.members = members;
            this.items = items;
        }

        boolean isEmpty() {
            return members.isEmpty() && (items == null || items.isEmpty());
        }

        /// Defaults that another replica knows by their members, and we by their key.
        static Defaults named(long key) {
            return key == 0 ? NONE : new Defaults(Map.of(), null, key);
        }

        private Stated of(String key) {
            return members.getOrDefault(key, Stated.NOTHING);
        }

        private Defaults items() {
            return items == null ? NONE : items;
        }

        /// Equal for schemas that state the same defaults; 0 for none.
        long key() {
            long sum = named;
            for (var member : members.entrySet()) {
                var stated = member.getValue();
                sum +=
                        Keyed.mix(
                                member.getKey().hashCode()
                                        + stated.value() * 31
                                        + stated.nested().key());
            }
            return items == null ? sum : sum + Keyed.mix(items.key());
        }
    }

    private record Stated(long value, Defaults nested) {
        static final Stated NOTHING = new Stated(0, Defaults.NONE);
    }
}
