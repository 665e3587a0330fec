package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The content of one Converse message, sorted by what linking asks for.
record BedrockBlocks(
        List<String> texts,
        List<String> thinking,
        List<ToolCall> calls,
        List<ToolResult> results,
        List<JsonNode> media) {
    static BedrockBlocks of(JsonNode content) {
        var blocks =
                new BedrockBlocks(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        content.forEach(blocks::add);
        return blocks;
    }

    private void add(JsonNode block) {
        String text = Json.text(block, "text");
        if (!text.isEmpty()) {
            texts.add(text);
        } else if (block.has("toolUse")) {
            calls.add(call(block.path("toolUse")));
        } else if (block.has("toolResult")) {
            results.add(result(block.path("toolResult")));
        } else if (block.has("reasoningContent")) {
            thinking.add(Json.text(block.path("reasoningContent").path("reasoningText"), "text"));
        } else if (block.has("image") || block.has("document") || block.has("video")) {
            media.add(block);
        }
    }

    static ToolCall call(JsonNode use) {
        var input = use.path("input");
        return new ToolCall(
                Json.textOrNull(use, "toolUseId"),
                Json.text(use, "name"),
                input.isContainer() ? Json.write(input) : "{}");
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

    Message message(Message.Role role) {
        var other = new StringBuilder();
        media.forEach(block -> other.append(Json.write(block)));
        return new Message(
                role,
                texts,
                calls,
                results,
                other.isEmpty() ? "" : ChatJson.digest(other.toString()));
    }

    /// The same for people.
    void addTo(ArrayNode messages, boolean assistant) {
        for (var result : results) {
            messages.add(ChatJson.toolResult(result.callId(), String.join("\n", result.texts())));
        }
        if (assistant) {
            var message = ChatJson.assistant(texts, thinking);
            calls.forEach(
                    call -> ChatJson.addCall(message, call.id(), call.name(), call.arguments()));
            messages.add(message);
        } else if (media.isEmpty() && !texts.isEmpty()) {
            messages.add(ChatJson.message("user", String.join("\n", texts)));
        } else if (!media.isEmpty()) {
            var content = Json.nodes().arrayNode();
            texts.forEach(text -> content.add(ChatJson.textPart(text)));
            media.forEach(block -> content.add(shown(block)));
            messages.add(ChatJson.message("user", content));
        }
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
