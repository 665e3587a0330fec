package dev.spangate.mcp;

import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// JSON trees of everything that a relay could spoil: numbers beyond a double or written oddly,
/// keys that mean something elsewhere, nulls, empty containers, depth, characters that need
/// escapes.
final class RandomTrees {
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-1",
                    "1e-7",
                    "1E-7",
                    "0.1",
                    "1.0",
                    "2.50",
                    "-0.0",
                    "9007199254740993",
                    "12345678901234567890",
                    "-98765432109876543210",
                    "3.14159265358979323846264338327950288",
                    "1e300",
                    "1E+25",
                    "0.30000000000000004");
    private static final List<String> TEXTS =
            List.of(
                    "",
                    " ",
                    "plain",
                    "a\"b\\c/d",
                    "line\nbreak\ttab\r",
                    "\u0000\u0001\u001f",
                    "\u2028\u2029",
                    "ünïcödé",
                    "\ud83d\ude80",
                    "data: x\n\ndata: y",
                    ": comment",
                    "1e-7",
                    "null",
                    "<script>&amp;",
                    "${env}",
                    "=?base64?eA==?=");
    private static final List<String> KEYS =
            List.of(
                    "a",
                    "",
                    "name",
                    "type",
                    "id",
                    "method",
                    "result",
                    "error",
                    "params",
                    "uri",
                    "jsonrpc",
                    "__proto__",
                    "vendor.example/x",
                    "ünï",
                    "\ud83d\ude80",
                    "with space",
                    "nextCursor",
                    "content",
                    "isError1",
                    "$ref",
                    "x\u0000y",
                    "traceparent2");

    private final Random random;

    RandomTrees(long seed) {
        this.random = new Random(seed);
    }

    /// An object of at most this many levels.
    ObjectNode object(int depth) {
        var object = Json.object();
        for (var members = random.nextInt(5); members > 0; members--) {
            object.set(pick(KEYS), value(depth - 1));
        }
        return object;
    }

    /// Content parts of known and unknown types, each with members nobody knows.
    ArrayNode content() {
        var content = Json.array();
        for (var parts = random.nextInt(4); parts > 0; parts--) {
            var part = object(3);
            switch (random.nextInt(4)) {
                case 0 -> part.put("type", "text").put("text", pick(TEXTS));
                case 1 -> part.put("type", "video").set("frames", value(3));
                case 2 ->
                        part.put("type", "resource_link")
                                .put("uri", "x:" + random.nextInt())
                                .set("icons", value(2));
                default -> part.put("type", "future/" + random.nextInt(9));
            }
            content.add(part);
        }
        return content;
    }

    /// A chain of objects this deep.
    ObjectNode deep(int levels) {
        var top = Json.object();
        var current = top;
        for (var i = 0; i < levels; i++) {
            current.set("n", value(1));
            current = current.putObject("deeper");
        }
        return top;
    }

    JsonNode value(int depth) {
        return switch (depth <= 0 ? random.nextInt(4) : random.nextInt(6)) {
            case 0 -> Json.parse(pick(NUMBERS));
            case 1 -> Json.parse(Json.text(Json.object().put("t", pick(TEXTS)))).get("t");
            case 2 -> Json.parse(random.nextBoolean() ? "true" : "false");
            case 3 -> Json.parse("null");
            case 4 -> object(depth);
            default -> {
                var array = Json.array();
                for (var members = random.nextInt(4); members > 0; members--) {
                    array.add(value(depth - 1));
                }
                yield array;
            }
        };
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
