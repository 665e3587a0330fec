package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Anthropic Messages (docs.anthropic.com/en/api/messages).
record AnthropicMessages() implements Dialect {
    @Override
    public String operation() {
        return "chat";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        return new RequestFacts(
                Json.text(body, "model"),
                body.path("stream").asBoolean(false),
                messages(body),
                null,
                BodyHints.read(body),
                content ? input(body) : null,
                RequestAttributes.anthropic(body));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new AnthropicReader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.anthropic(status, message);
    }

    private static List<Message> messages(JsonNode body) {
        var messages = new ArrayList<Message>();
        var system = AnthropicBlocks.of(body.path("system"));
        if (!system.texts().isEmpty()) {
            messages.add(system.message(Role.SYSTEM));
        }
        for (var message : body.path("messages")) {
            var blocks = AnthropicBlocks.of(message.path("content"));
            messages.add(blocks.message(role(message)));
        }
        return messages;
    }

    private static Role role(JsonNode message) {
        return switch (Json.text(message, "role")) {
            case "assistant" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            default -> Role.USER;
        };
    }

    private static String input(JsonNode body) {
        var messages = Json.nodes().arrayNode();
        if (!body.path("system").isMissingNode()) {
            var texts = AnthropicBlocks.of(body.path("system")).texts();
            messages.add(ChatJson.message("system", String.join("\n", texts)));
        }
        for (var message : body.path("messages")) {
            if (role(message) == Role.ASSISTANT) {
                messages.add(assistant(message.path("content")));
            } else {
                addUser(messages, message);
            }
        }
        return ChatJson.input(messages, tools(body));
    }

    private static ObjectNode assistant(JsonNode content) {
        var blocks = AnthropicBlocks.of(content);
        var message = ChatJson.assistant(blocks.texts(), blocks.thinking());
        blocks.calls()
                .forEach(call ->
                        ChatJson.addCall(message, call.id(), call.name(), call.arguments()));
        return message;
    }

    /// Results become messages of their own, before the text beside them, as OpenAI has it.
    private static void addUser(ArrayNode messages, JsonNode message) {
        var content = message.path("content");
        var parts = Json.nodes().arrayNode();
        if (content.isString()) {
            parts.add(ChatJson.textPart(content.stringValue()));
        }
        for (var block : content.isArray() ? content : Json.nodes().arrayNode()) {
            if (Json.text(block, "type").equals("tool_result")) {
                messages.add(
                        ChatJson.toolResult(
                                Json.textOrNull(block, "tool_use_id"),
                                AnthropicBlocks.resultText(block.path("content"))));
            } else {
                parts.add(part(block));
            }
        }
        if (parts.size() == 1 && Json.text(parts.get(0), "type").equals("text")) {
            messages.add(
                    ChatJson.message(Json.text(message, "role"), Json.text(parts.get(0), "text")));
        } else if (!parts.isEmpty()) {
            messages.add(ChatJson.message(Json.text(message, "role"), parts));
        }
    }

    private static JsonNode part(JsonNode block) {
        var source = block.path("source");
        return switch (Json.text(block, "type")) {
            case "text" -> ChatJson.textPart(Json.text(block, "text"));
            case "image" -> ChatJson.imagePart(url(source));
            case "document" ->
                    ChatJson.textPart(
                            source.has("data")
                                    ? ChatJson.reference(
                                            "document " + Json.text(source, "media_type"),
                                            Json.text(source, "data"))
                                    : "[document " + url(source) + "]");
            default -> ChatJson.textPart(Json.write(block));
        };
    }

    private static String url(JsonNode source) {
        if (source.has("data")) {
            return "data:%s;base64,%s"
                    .formatted(Json.text(source, "media_type"), Json.text(source, "data"));
        }
        String url = Json.text(source, "url");
        return url.isEmpty() ? "file:" + Json.text(source, "file_id") : url;
    }

    private static @Nullable ArrayNode tools(JsonNode body) {
        if (!body.path("tools").isArray()) {
            return null;
        }
        var tools = Json.nodes().arrayNode();
        for (var tool : body.path("tools")) {
            String name = Json.text(tool, "name");
            tools.add(
                    ChatJson.tool(
                            name.isEmpty() ? Json.text(tool, "type") : name,
                            Json.text(tool, "description"),
                            tool.path("input_schema")));
        }
        return tools;
    }
}
