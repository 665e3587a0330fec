package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Reads the content of one Anthropic message.
final class AnthropicBlocks {
    private AnthropicBlocks() {}

    /// @param content a text or a list of blocks
    static Turn of(Role role, JsonNode content) {
        var turn = Turn.of(role);
        if (content.isString()) {
            turn.text(content.stringValue());
        } else if (content.isArray()) {
            content.forEach(block -> add(turn, block));
        }
        return turn;
    }

    private static void add(Turn turn, JsonNode block) {
        String type = Json.text(block, "type");
        var source = block.path("source");
        switch (type) {
            case "text" -> turn.text(Json.text(block, "text"));
            case "thinking" -> turn.thinking().add(Json.text(block, "thinking"));
            case "redacted_thinking" -> turn.thinking().add("[redacted]");
            case "tool_use", "server_tool_use", "mcp_tool_use" -> turn.calls().add(call(block));
            case "image" -> turn.media(ChatJson.imagePart(url(source)), Json.write(source));
            case "document" -> turn.media(document(source), Json.write(source));
            default -> {
                if (type.endsWith("tool_result")) {
                    turn.result(result(block));
                } else {
                    turn.media(ChatJson.textPart(Json.write(block)), type);
                }
            }
        }
    }

    static boolean byProvider(String type) {
        return !type.equals("tool_use");
    }

    static ToolResult result(JsonNode block) {
        return new ToolResult(
                Json.textOrNull(block, "tool_use_id"),
                null,
                resultTexts(block.path("content")),
                block.path("is_error").asBoolean(false));
    }

    private static CallText call(JsonNode block) {
        var input = block.path("input");
        return CallText.of(
                Json.textOrNull(block, "id"),
                Json.text(block, "name"),
                input.isMissingNode() ? "{}" : Json.write(input),
                byProvider(Json.text(block, "type")));
    }

    private static JsonNode document(JsonNode source) {
        return ChatJson.textPart(
                source.has("data")
                        ? ChatJson.reference(
                                "document " + Json.text(source, "media_type"),
                                Json.text(source, "data"))
                        : "[document " + url(source) + "]");
    }

    private static String url(JsonNode source) {
        if (source.has("data")) {
            return "data:%s;base64,%s"
                    .formatted(Json.text(source, "media_type"), Json.text(source, "data"));
        }
        String url = Json.text(source, "url");
        return url.isEmpty() ? "file:" + Json.text(source, "file_id") : url;
    }

    private static List<String> resultTexts(JsonNode content) {
        var texts = new ArrayList<String>();
        if (content.isArray()) {
            for (var part : content) {
                texts.add(
                        Json.text(part, "type").equals("text")
                                ? Json.text(part, "text")
                                : shortened(part));
            }
        } else if (content.isString()) {
            texts.add(content.stringValue());
        } else if (!content.isMissingNode()) {
            texts.add(Json.write(content));
        }
        return texts;
    }

    private static String shortened(JsonNode part) {
        var source = part.path("source");
        return source.has("data")
                ? ChatJson.reference(
                        Json.text(part, "type") + " " + Json.text(source, "media_type"),
                        Json.text(source, "data"))
                : Json.write(part);
    }
}
