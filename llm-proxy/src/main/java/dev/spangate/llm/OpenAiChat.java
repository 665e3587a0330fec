package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI Chat Completions (platform.openai.com/docs/api-reference/chat), as spoken by OpenAI and
/// by everybody who calls himself compatible.
record OpenAiChat() implements Dialect {
    /// Other keys of a message draw as raw JSON in Langfuse.
    private static final Set<String> SHOWN =
            Set.of("role", "name", "content", "tool_calls", "tool_call_id", "thinking");

    @Override
    public String operation() {
        return "chat";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        var messages = new ArrayList<Message>();
        for (var message : body.path("messages")) {
            messages.add(message(message));
        }
        String model = Json.text(body, "model");
        return new RequestFacts(
                model.isEmpty() ? RequestPath.deployment(path) : model,
                body.path("stream").asBoolean(false),
                messages,
                null,
                BodyHints.read(body),
                content ? input(body) : null,
                RequestAttributes.openAi(body, "chat_completions"));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new OpenAiChatReader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    /// One message of a request, or the message of an answer.
    static Message message(JsonNode message) {
        var texts = new ArrayList<String>();
        var other = new StringBuilder();
        content(message.path("content"), texts, other);
        addText(texts, Json.text(message, "refusal"));
        return switch (Json.text(message, "role")) {
            case "system", "developer" -> of(Role.SYSTEM, texts, other);
            case "assistant" ->
                    new Message(Role.ASSISTANT, texts, calls(message), List.of(), digest(other));
            case "tool" -> result(Json.textOrNull(message, "tool_call_id"), null, texts, other);
            case "function" -> result(null, Json.textOrNull(message, "name"), texts, other);
            default -> of(Role.USER, texts, other);
        };
    }

    private static Message of(Role role, List<String> texts, StringBuilder other) {
        return new Message(role, texts, List.of(), List.of(), digest(other));
    }

    private static Message result(
            @Nullable String callId,
            @Nullable String name,
            List<String> texts,
            StringBuilder other) {
        var result = new ToolResult(callId, name, texts, false);
        return new Message(Role.TOOL, List.of(), List.of(), List.of(result), digest(other));
    }

    private static void content(JsonNode content, List<String> texts, StringBuilder other) {
        if (content.isString()) {
            addText(texts, content.stringValue());
        }
        for (var part : content.isArray() ? content : Json.nodes().arrayNode()) {
            switch (Json.text(part, "type")) {
                case "text", "input_text", "output_text" -> addText(texts, Json.text(part, "text"));
                case "refusal" -> addText(texts, Json.text(part, "refusal"));
                case "thinking" -> {
                    // No part of a message's identity: clients drop it.
                }
                default -> other.append(Json.write(part));
            }
        }
    }

    private static void addText(List<String> texts, String text) {
        if (!text.isEmpty()) {
            texts.add(text);
        }
    }

    private static String digest(StringBuilder other) {
        return other.isEmpty() ? "" : ChatJson.digest(other.toString());
    }

    private static List<ToolCall> calls(JsonNode message) {
        var calls = new ArrayList<ToolCall>();
        for (var call : message.path("tool_calls")) {
            calls.add(call(call).toolCall());
        }
        var legacy = message.path("function_call");
        if (legacy.isObject()) {
            var text = new CallText(false);
            text.named(null, Json.text(legacy, "name"));
            text.append(Json.text(legacy, "arguments"));
            calls.add(text.toolCall());
        }
        return calls;
    }

    /// A whole entry of `tool_calls`.
    static CallText call(JsonNode call) {
        var text = new CallText(false);
        var custom = call.path("custom");
        if (custom.isObject()) {
            text.freeText();
            text.named(Json.textOrNull(call, "id"), Json.text(custom, "name"));
            text.append(Json.text(custom, "input"));
        } else {
            var function = call.path("function");
            text.named(Json.textOrNull(call, "id"), Json.text(function, "name"));
            text.append(argumentsText(function.path("arguments")));
        }
        return text;
    }

    /// Arguments are a text; some compatible servers send the object itself.
    static String argumentsText(JsonNode arguments) {
        return arguments.isContainer() ? Json.write(arguments) : arguments.asString("");
    }

    private static String input(JsonNode body) {
        var messages = Json.nodes().arrayNode();
        for (var message : body.path("messages")) {
            messages.add(shown(message));
        }
        return ChatJson.input(messages, tools(body));
    }

    private static @Nullable ArrayNode tools(JsonNode body) {
        if (body.path("tools") instanceof ArrayNode tools) {
            return tools;
        }
        if (!body.path("functions").isArray()) {
            return null;
        }
        var tools = Json.nodes().arrayNode();
        for (var function : body.path("functions")) {
            tools.addObject().put("type", "function").set("function", function);
        }
        return tools;
    }

    /// The message as it is, without what Langfuse cannot draw.
    private static JsonNode shown(JsonNode message) {
        if (!(message instanceof ObjectNode object)) {
            return message;
        }
        var shown = Json.nodes().objectNode();
        for (var field : object.properties()) {
            if (field.getKey().equals("content")) {
                shown.set("content", shownContent(field.getValue()));
            } else if (SHOWN.contains(field.getKey())) {
                shown.set(field.getKey(), field.getValue());
            }
        }
        if (shown.path("content").isMissingNode() && object.has("refusal")) {
            shown.set("content", object.path("refusal"));
        }
        return shown;
    }

    private static JsonNode shownContent(JsonNode content) {
        if (!content.isArray()) {
            return content;
        }
        var parts = Json.nodes().arrayNode();
        for (var part : content) {
            parts.add(shownPart(part));
        }
        return parts;
    }

    private static JsonNode shownPart(JsonNode part) {
        return switch (Json.text(part, "type")) {
            case "image_url" -> ChatJson.imagePart(Json.text(part.path("image_url"), "url"));
            case "input_audio" ->
                    ChatJson.textPart(
                            ChatJson.reference(
                                    "audio " + Json.text(part.path("input_audio"), "format"),
                                    Json.text(part.path("input_audio"), "data")));
            case "file" ->
                    part.path("file").has("file_data")
                            ? ChatJson.textPart(
                                    ChatJson.reference(
                                            "file " + Json.text(part.path("file"), "filename"),
                                            Json.text(part.path("file"), "file_data")))
                            : part;
            default -> part;
        };
    }
}
