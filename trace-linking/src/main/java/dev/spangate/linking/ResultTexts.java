package dev.spangate.linking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tellings of an MCP result in which a client may echo it (rule L4).
///
/// @param tellings fingerprints, the joined text first
/// @param text names the text: equal for executions whose results do not differ
record ResultTexts(List<Fingerprint> tellings, long text) {
    private static final int MAX_TELLINGS = 12;
    private static final int LONGEST = 8 << 20;

    static ResultTexts of(@Nullable String result, Keyed keyed) {
        Set<Fingerprint> tellings = new LinkedHashSet<>();
        for (var telling : tellings(result == null ? "" : result)) {
            if (tellings.size() < MAX_TELLINGS && telling.length() <= LONGEST) {
                tellings.add(Fingerprint.ofPlain(keyed, PlainText.of(telling)));
            }
        }
        List<Fingerprint> found = List.copyOf(tellings);
        long text =
                found.isEmpty()
                        ? 0
                        : keyed.combine(found.getFirst().hash(), found.getFirst().length());
        return new ResultTexts(found, text);
    }

    /// The tellings that hold all of it: they stand up to the longest, the parts come behind it.
    List<Fingerprint> wholes() {
        int longest = 0;
        for (int i = 1; i < tellings.size(); i++) {
            longest = tellings.get(i).length() > tellings.get(longest).length() ? i : longest;
        }
        return tellings.isEmpty() ? tellings : tellings.subList(0, longest + 1);
    }

    /// Characters of the joined text.
    int length() {
        return tellings.isEmpty() ? 0 : tellings.getFirst().length();
    }

    private static List<String> tellings(String result) {
        var json = CanonicalJson.parse(result);
        if (json == null || !json.isObject()) {
            return List.of(result);
        }
        List<String> told = new ArrayList<>();
        var texts = texts(json.path("content"));
        if (!texts.isEmpty()) {
            told.add(String.join("\n", texts));
        }
        if (json.path("structuredContent").isContainer()) {
            told.add(json.get("structuredContent").toString());
        }
        if (json.path("content").isArray()) {
            told.add(json.get("content").toString());
        }
        told.add(result);
        if (json.path("message").isString()) {
            told.add(0, json.get("message").stringValue()); // a JSON-RPC error
        }
        if (texts.size() > 1) {
            told.add(String.join("", texts));
            told.addAll(texts);
        }
        return told;
    }

    private static List<String> texts(JsonNode content) {
        List<String> texts = new ArrayList<>();
        for (var block : content) {
            if (block.path("text").isString()) {
                texts.add(block.path("text").stringValue());
            } else if (block.path("resource").path("text").isString()) {
                texts.add(block.path("resource").path("text").stringValue());
            }
        }
        return texts;
    }
}
