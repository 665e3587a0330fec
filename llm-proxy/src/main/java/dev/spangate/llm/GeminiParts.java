package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The parts of one Gemini content, sorted by what linking asks for.
record GeminiParts(
        List<String> texts,
        List<String> thinking,
        List<ToolCall> calls,
        List<ToolResult> results,
        List<JsonNode> media) {
    static GeminiParts of(JsonNode content) {
        var parts =
                new GeminiParts(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        if (content.isString()) {
            parts.texts.add(content.stringValue());
        }
        content.path("parts").forEach(parts::add);
        return parts;
    }

    private void add(JsonNode part) {
        var call = Gemini.at(part, "functionCall");
        var response = Gemini.at(part, "functionResponse");
        String text = Json.text(part, "text");
        if (call.isObject()) {
            calls.add(call(call));
        } else if (response.isObject()) {
            results.add(result(response));
        } else if (part.path("thought").asBoolean(false)) {
            thinking.add(text);
        } else if (!text.isEmpty()) {
            texts.add(text);
        } else if (isMedia(part)) {
            media.add(part);
        }
    }

    private static boolean isMedia(JsonNode part) {
        return Gemini.at(part, "inlineData").isObject() || Gemini.at(part, "fileData").isObject();
    }

    static ToolCall call(JsonNode call) {
        var args = call.path("args");
        return new ToolCall(
                Json.textOrNull(call, "id"),
                Json.text(call, "name"),
                args.isObject() ? Json.write(args) : "{}");
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

    Message message(Message.Role role) {
        var other = new StringBuilder();
        media.forEach(part -> other.append(Json.write(part)));
        return new Message(
                role,
                texts,
                calls,
                results,
                other.isEmpty() ? "" : ChatJson.digest(other.toString()));
    }

    /// The same for people.
    void addTo(ArrayNode messages, Message.Role role) {
        for (var result : results) {
            messages.add(
                    ChatJson.toolResult(
                            result.callId() == null ? result.name() : result.callId(),
                            String.join("\n", result.texts())));
        }
        if (role == Message.Role.ASSISTANT) {
            var message = ChatJson.assistant(texts, thinking);
            calls.forEach(
                    call -> ChatJson.addCall(message, call.id(), call.name(), call.arguments()));
            messages.add(message);
        } else if (media.isEmpty() && !texts.isEmpty()) {
            messages.add(ChatJson.message("user", String.join("\n", texts)));
        } else if (!media.isEmpty()) {
            var content = Json.nodes().arrayNode();
            texts.forEach(text -> content.add(ChatJson.textPart(text)));
            media.forEach(part -> content.add(shown(part)));
            messages.add(ChatJson.message("user", content));
        }
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
