package dev.spangate.telemetry;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shortens content to a number of characters so that JSON stays JSON and every cut is marked.
/// Stateless.
final class ContentCap {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SHORTEST_TEXT = 64;
    private static final int[] TEXT_LIMITS = {16_384, 2_048, 256, SHORTEST_TEXT};

    private final int maxChars;

    ContentCap(int maxChars) {
        this.maxChars = maxChars;
    }

    String cap(String text) {
        if (text.length() <= maxChars) {
            return text;
        }
        var texts = JsonTexts.in(text);
        if (texts == null) {
            return noContainer(text);
        }
        for (int limit : TEXT_LIMITS) {
            if (texts.lengthWith(atMost(limit)) <= maxChars) {
                return texts.with(atMost(limit));
            }
        }
        try {
            return fewerItems(JSON.readTree(texts.with(SHORTEST_TEXT)), text.length());
        } catch (JacksonException _) {
            return cut(text, maxChars);
        }
    }

    private int atMost(int limit) {
        return Math.max(SHORTEST_TEXT, Math.min(limit, maxChars / 4));
    }

    private String noContainer(String text) {
        try {
            var tree = JSON.readTree(text);
            return tree.isString() ? shortString(tree.asString()) : cut(text, maxChars);
        } catch (JacksonException _) {
            return cut(text, maxChars);
        }
    }

    /// Escapes count, too.
    private String shortString(String text) {
        for (int limit = maxChars; limit > 0; limit /= 2) {
            String json = JSON.writeValueAsString(cut(text, limit));
            if (json.length() <= maxChars) {
                return json;
            }
        }
        return "\"\"";
    }

    /// The longest list loses its middle until it fits: beginning and end tell the story.
    private String fewerItems(JsonNode tree, int originalChars) {
        for (int round = 0; round < 64; round++) {
            var longest = longest(tree);
            if (longest == null || longest.size() < 4) {
                break;
            }
            halve(longest);
            String shorter = JSON.writeValueAsString(tree);
            if (shorter.length() <= maxChars) {
                return shorter;
            }
        }
        return JSON.writeValueAsString("[cut: %d characters]".formatted(originalChars));
    }

    private static void halve(ArrayNode array) {
        int keep = Math.max(1, array.size() / 4);
        var kept = new ArrayList<JsonNode>();
        for (int i = 0; i < array.size(); i++) {
            if (i < keep || i >= array.size() - keep) {
                kept.add(array.get(i));
            }
        }
        int left = array.size() - kept.size();
        boolean messages = array.get(0) instanceof ObjectNode first && first.has("role");
        String mark = "[cut: %d items]".formatted(left);
        JsonNode marker =
                messages
                        ? JSON.createObjectNode().put("role", "system").put("content", mark)
                        : JSON.getNodeFactory().stringNode(mark);
        kept.add(keep, marker);
        array.removeAll();
        array.addAll(kept);
    }

    private static @Nullable ArrayNode longest(JsonNode node) {
        ArrayNode best = node instanceof ArrayNode array ? array : null;
        for (var child : node) {
            var candidate = longest(child);
            if (candidate != null && (best == null || candidate.size() > best.size())) {
                best = candidate;
            }
        }
        return best;
    }

    /// Never between the halves of a surrogate pair.
    static String cut(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        String mark = mark(text.length());
        int keep = Math.max(0, limit - mark.length());
        if (keep > 0 && Character.isHighSurrogate(text.charAt(keep - 1))) {
            keep--;
        }
        return text.substring(0, keep) + mark;
    }

    /// Says how long a text was before it was cut.
    static String mark(int characters) {
        return "… [cut: " + characters + " characters]";
    }
}
