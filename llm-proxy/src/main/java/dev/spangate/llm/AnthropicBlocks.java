package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The content of one Anthropic message, sorted by what linking asks for.
///
/// Cache marks, signatures and reasoning are no part of a message's identity: clients move or drop
/// them from one turn to the next.
record AnthropicBlocks(
        List<String> texts,
        List<String> thinking,
        List<ToolCall> calls,
        List<ToolResult> results,
        StringBuilder other) {
    /// @param content a text or a list of blocks
    static AnthropicBlocks of(JsonNode content) {
        var blocks =
                new AnthropicBlocks(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new StringBuilder());
        if (content.isString()) {
            blocks.addText(content.stringValue());
        } else if (content.isArray()) {
            content.forEach(blocks::add);
        }
        return blocks;
    }

    Message message(Message.Role role) {
        return new Message(
                role,
                texts,
                calls,
                results,
                other.isEmpty() ? "" : ChatJson.digest(other.toString()));
    }

    private void addText(String text) {
        if (!text.isEmpty()) {
            texts.add(text);
        }
    }

    private void add(JsonNode block) {
        String type = Json.text(block, "type");
        switch (type) {
            case "text" -> addText(Json.text(block, "text"));
            case "thinking" -> thinking.add(Json.text(block, "thinking"));
            case "redacted_thinking" -> thinking.add("[redacted]");
            case "tool_use", "server_tool_use", "mcp_tool_use" -> calls.add(call(block, type));
            case "image", "document" -> other.append(Json.write(block.path("source")));
            default -> addResultOrOther(block, type);
        }
    }

    private void addResultOrOther(JsonNode block, String type) {
        if (type.endsWith("tool_result")) {
            results.add(result(block));
        } else {
            other.append(type);
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

    private static ToolCall call(JsonNode block, String type) {
        var input = block.path("input");
        return new ToolCall(
                Json.textOrNull(block, "id"),
                Json.text(block, "name"),
                input.isMissingNode() ? "{}" : Json.write(input),
                byProvider(type));
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

    /// A result's text for people.
    static String resultText(JsonNode content) {
        return String.join("\n", resultTexts(content));
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
