package dev.spangate.linking;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tellings of an MCP result in which a client may echo it (rule L4).
///
/// @param tellings fingerprints: those that hold all of it, the joined text first, then its parts
/// @param whole how many of them hold all of it
/// @param text names the text: equal for executions whose results do not differ
record ResultTexts(List<Fingerprint> tellings, int whole, long text) {
    private static final int MAX_PARTS = 8;
    private static final int LONGEST = 8 << 20;

    static ResultTexts of(@Nullable String result, Keyed keyed) {
        String told = result == null ? "" : result;
        var json = CanonicalJson.parse(told);
        var texts = json == null ? List.<String>of() : texts(json.path("content"));
        Set<Fingerprint> tellings = new LinkedHashSet<>();
        for (var telling : json == null ? List.of(told) : wholes(told, json, texts)) {
            if (telling.length() <= LONGEST) {
                tellings.add(Fingerprint.ofPlain(keyed, PlainText.of(telling)));
            }
        }
        int whole = tellings.size();
        if (texts.size() > 1 && texts.size() <= MAX_PARTS) {
            texts.forEach(part -> tellings.add(Fingerprint.ofPlain(keyed, PlainText.of(part))));
        }
        List<Fingerprint> found = List.copyOf(tellings);
        long text =
                found.isEmpty()
                        ? 0
                        : keyed.combine(found.getFirst().hash(), found.getFirst().length());
        return new ResultTexts(found, whole, text);
    }

    /// The tellings that hold all of it.
    List<Fingerprint> wholes() {
        return tellings.subList(0, Math.min(whole, tellings.size()));
    }

    /// The parts that together are all of it; none where it has one, or too many.
    List<Fingerprint> parts() {
        return tellings.subList(Math.min(whole, tellings.size()), tellings.size());
    }

    /// Characters of the joined text.
    int length() {
        return tellings.isEmpty() ? 0 : tellings.getFirst().length();
    }

    private static List<String> wholes(String result, JsonNode json, List<String> texts) {
        List<String> told = new ArrayList<>();
        if (json.path("message").isString()) {
            told.add(json.get("message").stringValue()); // a JSON-RPC error
        }
        if (!texts.isEmpty()) {
            told.add(String.join("\n", texts));
        }
        if (texts.size() > 1) {
            told.add(String.join("", texts));
        }
        if (json.path("structuredContent").isContainer()) {
            told.add(json.get("structuredContent").toString());
        }
        if (json.path("content").isArray()) {
            told.add(json.get("content").toString());
        }
        told.add(result);
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
