package dev.spangate.telemetry;

import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON values of any shape, with texts and keys that must be escaped.
final class RandomJson {
    private static final JsonMapper JSON = JsonMapper.shared();

    private RandomJson() {}

    /// @param depth how many levels of arrays and objects at most
    static JsonNode of(Random random, int depth) {
        int kind = depth == 0 ? random.nextInt(2) : random.nextInt(4);
        return switch (kind) {
            case 0 -> JSON.getNodeFactory().numberNode(random.nextLong());
            case 1 ->
                    JSON.getNodeFactory().stringNode("é\"\\a🚀\u0001".repeat(random.nextInt(120)));
            case 2 -> {
                var array = JSON.createArrayNode();
                for (int i = random.nextInt(8); i > 0; i--) {
                    array.add(of(random, depth - 1));
                }
                yield array;
            }
            default -> {
                var object = JSON.createObjectNode();
                for (int i = random.nextInt(6); i > 0; i--) {
                    object.set("\"key\" " + random.nextInt(100), of(random, depth - 1));
                }
                yield object;
            }
        };
    }
}
