package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import tools.jackson.databind.JsonNode;

/// Reads the content of one Converse message.
final class BedrockBlocks {
    private BedrockBlocks() {}

    static Turn of(Role role, JsonNode content) {
        var turn = Turn.of(role);
        content.forEach(block -> add(turn, block));
        return turn;
    }

    private static void add(Turn turn, JsonNode block) {
        String text = Json.text(block, "text");
        if (!text.isEmpty()) {
            turn.text(text);
        } else if (block.has("toolUse")) {
            turn.calls().add(call(block.path("toolUse")));
        } else if (block.has("toolResult")) {
            turn.result(result(block.path("toolResult")));
        } else if (block.has("reasoningContent")) {
            turn.thinking()
                    .add(Json.text(block.path("reasoningContent").path("reasoningText"), "text"));
        } else if (block.has("image") || block.has("document") || block.has("video")) {
            turn.media(shown(block), Json.write(block));
        }
    }

    static CallText call(JsonNode use) {
        var input = use.path("input");
        return CallText.of(
                Json.textOrNull(use, "toolUseId"),
                Json.text(use, "name"),
                input.isContainer() ? Json.write(input) : "{}",
                false);
    }

    private static ToolResult result(JsonNode result) {
        var texts = new ArrayList<String>();
        for (var part : result.path("content")) {
            texts.add(
                    part.has("text")
                            ? Json.text(part, "text")
                            : Json.write(part.has("json") ? part.path("json") : part));
        }
        return new ToolResult(
                Json.textOrNull(result, "toolUseId"),
                null,
                texts,
                Json.text(result, "status").equals("error"));
    }

    private static JsonNode shown(JsonNode block) {
        var image = block.path("image");
        String data = Json.text(image.path("source"), "bytes");
        if (!data.isEmpty()) {
            return ChatJson.imagePart(
                    "data:image/" + Json.text(image, "format") + ";base64," + data);
        }
        String kind = block.propertyNames().iterator().next();
        return ChatJson.textPart(ChatJson.reference(kind, Json.write(block)));
    }
}
