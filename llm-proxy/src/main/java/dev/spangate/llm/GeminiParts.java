package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/// Reads the parts of one Gemini content.
final class GeminiParts {
    private GeminiParts() {}

    static Turn of(Role role, JsonNode content) {
        var turn = Turn.of(role);
        if (content.isString()) {
            turn.text(content.stringValue());
        }
        content.path("parts").forEach(part -> add(turn, part));
        return turn;
    }

    private static void add(Turn turn, JsonNode part) {
        var call = Gemini.at(part, "functionCall");
        var response = Gemini.at(part, "functionResponse");
        String text = Json.text(part, "text");
        if (call.isObject()) {
            turn.calls().add(call(call));
        } else if (response.isObject()) {
            turn.result(result(response));
        } else if (part.path("thought").asBoolean(false)) {
            turn.thinking().add(text);
        } else if (!text.isEmpty()) {
            turn.text(text);
        } else if (isMedia(part)) {
            turn.media(shown(part), Json.write(part));
        }
    }

    private static boolean isMedia(JsonNode part) {
        return Gemini.at(part, "inlineData").isObject() || Gemini.at(part, "fileData").isObject();
    }

    static CallText call(JsonNode call) {
        var args = call.path("args");
        return CallText.of(
                Json.textOrNull(call, "id"),
                Json.text(call, "name"),
                args.isObject() ? Json.write(args) : "{}",
                false);
    }

    private static ToolResult result(JsonNode response) {
        var value = response.path("response");
        var texts = new ArrayList<String>();
        // The documented wrappers around a plain result.
        for (String key : new String[] {"result", "output", "error", "content"}) {
            var inner = value.path(key);
            if (value.size() == 1 && !inner.isMissingNode()) {
                texts.add(inner.isString() ? inner.stringValue() : Json.write(inner));
            }
        }
        if (texts.isEmpty()) {
            texts.add(Json.write(value));
        }
        return new ToolResult(
                Json.textOrNull(response, "id"),
                Json.text(response, "name"),
                texts,
                value.size() == 1 && value.has("error"));
    }

    private static JsonNode shown(JsonNode part) {
        var inline = Gemini.at(part, "inlineData");
        if (!inline.isObject()) {
            String uri = Gemini.at(Gemini.at(part, "fileData"), "fileUri").asString("");
            return ChatJson.textPart("[file " + uri + "]");
        }
        String type = Gemini.at(inline, "mimeType").asString("");
        String data = Json.text(inline, "data");
        return type.startsWith("image/")
                ? ChatJson.imagePart("data:" + type + ";base64," + data)
                : ChatJson.textPart(ChatJson.reference(type, data));
    }
}
