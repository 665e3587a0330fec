package dev.spangate.llm;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Refuses what a translation cannot express, by the field's name.
final class Fields {
    private Fields() {}

    /// A field that stands in the way.
    static Refusal untranslatable(String field, String why) {
        return new Refusal(
                400,
                "untranslatable_field",
                "'%s' cannot be translated for the provider of this model: %s; leave it out, or use a"
                                .formatted(field, why)
                        + " model whose provider speaks this API");
    }

    /// Every key must be one that is translated, or one that asks for nothing of the answer.
    static void known(JsonNode node, String path, Set<String> translated, Set<String> hints) {
        for (var field : node.properties()) {
            String key = field.getKey();
            boolean asks = !field.getValue().isNull();
            if (asks && !translated.contains(key) && !hints.contains(key)) {
                throw untranslatable(path + key, "the other API has nothing like it");
            }
        }
    }

    /// A field that may only say what holds anyway.
    static void only(JsonNode node, String key, String... usual) {
        var value = node.path(key);
        boolean fits = value.isMissingNode() || value.isNull();
        for (String each : usual) {
            fits = fits || value.asString("").equals(each);
        }
        if (!fits) {
            throw untranslatable(key, "the other API has nothing like it");
        }
    }
}
