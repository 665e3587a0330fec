package dev.spangate.telemetry;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An MCP result as a person wants to read it: its text where it is one text, its structured
/// content where it has some, else the result as it is.
final class ToolText {
    private static final JsonMapper JSON = JsonMapper.shared();

    private ToolText() {}

    static @Nullable String of(@Nullable String result) {
        if (result == null || !result.startsWith("{") || !result.contains("\"content\"")) {
            return result;
        }
        try {
            return readable(JSON.readTree(result), result);
        } catch (JacksonException e) {
            return result;
        }
    }

    private static String readable(JsonNode result, String otherwise) {
        var structured = result.path("structuredContent");
        if (structured.isContainer()) {
            return structured.toString();
        }
        var content = result.path("content");
        var only = content.size() == 1 ? content.path(0) : content;
        boolean text =
                "text".equals(only.path("type").asString("")) && only.path("text").isString();
        return text ? only.path("text").asString() : otherwise;
    }
}
