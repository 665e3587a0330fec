package dev.spangate.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What every tool was like when it was first seen, or last approved: a hash for each part of its
/// definition that a model reads or a client trusts.
///
/// Thread-safe. `_meta` and icons do not count: servers put into them what changes with every
/// start.
final class ToolPins {
    private static final int MAX_TOOLS = 200_000;
    private static final List<String> PARTS =
            List.of("title", "description", "inputSchema", "outputSchema", "annotations");

    private final Map<String, Map<String, Map<String, String>>> pins = new TreeMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Consumer<ObjectNode> keeper;

    /// @param stored server → tool → part → hash, as [#document] gave it
    /// @param keeper told the whole of it whenever it is another one, under the lock
    ToolPins(JsonNode stored, Consumer<ObjectNode> keeper) {
        this.keeper = keeper;
        stored.properties()
                .forEach(server ->
                        server.getValue()
                                .properties()
                                .forEach(tool ->
                                        of(server.getKey())
                                                .put(tool.getKey(), parts(tool.getValue()))));
    }

    /// For this process alone.
    static ToolPins inMemory() {
        return new ToolPins(Json.object(), _ -> {});
    }

    /// Compares a server's tools with their pins; those without one are pinned.
    ///
    /// @return own name → the parts that differ, for those that differ
    Map<String, List<String>> compare(String server, List<ObjectNode> tools) {
        var differing = new TreeMap<String, List<String>>();
        lock.lock();
        try {
            boolean fresh = false;
            for (var tool : tools) {
                var name = Json.string(tool, "name");
                if (name == null) {
                    continue;
                }
                var now = hashes(tool);
                var pinned = of(server).get(name);
                if (pinned == null && size() < MAX_TOOLS) {
                    of(server).put(name, now);
                    fresh = true;
                } else if (pinned != null && !pinned.equals(now)) {
                    differing.put(name, difference(pinned, now));
                }
            }
            if (fresh) {
                keeper.accept(document());
            }
        } finally {
            lock.unlock();
        }
        return differing;
    }

    /// Pins tools as they are now.
    void approve(String server, List<ObjectNode> tools) {
        lock.lock();
        try {
            for (var tool : tools) {
                var name = Json.string(tool, "name");
                if (name != null) {
                    of(server).put(name, hashes(tool));
                }
            }
            keeper.accept(document());
        } finally {
            lock.unlock();
        }
    }

    /// Forgets servers that are gone.
    void forget(String server) {
        lock.lock();
        try {
            if (pins.remove(server) != null) {
                keeper.accept(document());
            }
        } finally {
            lock.unlock();
        }
    }

    private Map<String, Map<String, String>> of(String server) {
        return pins.computeIfAbsent(server, _ -> new TreeMap<>());
    }

    private int size() {
        return pins.values().stream().mapToInt(Map::size).sum();
    }

    private ObjectNode document() {
        var document = Json.object();
        pins.forEach((server, tools) -> {
            var node = document.putObject(server);
            tools.forEach((tool, hashes) -> hashes.forEach(node.putObject(tool)::put));
        });
        return document;
    }

    private static Map<String, String> parts(JsonNode stored) {
        var parts = new TreeMap<String, String>();
        stored.properties().forEach(part -> parts.put(part.getKey(), part.getValue().asString("")));
        return parts;
    }

    private static List<String> difference(Map<String, String> pinned, Map<String, String> now) {
        var parts = new ArrayList<String>();
        for (var part : PARTS) {
            if (!String.valueOf(pinned.get(part)).equals(String.valueOf(now.get(part)))) {
                parts.add(part);
            }
        }
        return parts;
    }

    private static Map<String, String> hashes(ObjectNode tool) {
        var hashes = new TreeMap<String, String>();
        for (var part : PARTS) {
            var value = tool.get(part);
            if (value != null && !value.isNull()) {
                hashes.put(part, hash(value));
            }
        }
        return hashes;
    }

    private static String hash(JsonNode value) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var canonical = Json.text(sorted(value)).getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest(canonical));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The order of keys means nothing.
    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            var keys = new TreeMap<String, JsonNode>();
            object.properties().forEach(entry -> keys.put(entry.getKey(), entry.getValue()));
            var copy = Json.object();
            keys.forEach((key, each) -> copy.set(key, sorted(each)));
            return copy;
        }
        if (value.isArray()) {
            var copy = Json.MAPPER.createArrayNode();
            value.forEach(each -> copy.add(sorted(each)));
            return copy;
        }
        return value;
    }
}
