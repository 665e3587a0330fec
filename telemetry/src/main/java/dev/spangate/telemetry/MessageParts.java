package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Content in the shape of the GenAI conventions (messages of parts), for destinations that are not
/// Langfuse. What is no OpenAI-shaped JSON goes as one text part.
final class MessageParts {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Writes `finish_reason` into output messages, which readers up to conventions 1.41 require.
    private final boolean finishReason;

    MessageParts(boolean finishReason) {
        this.finishReason = finishReason;
    }

    void put(AttributeSet out, Draft draft) {
        switch (draft.type()) {
            case TOOL -> {
                out.put("gen_ai.tool.call.arguments", draft.input());
                out.put("gen_ai.tool.call.result", draft.output());
            }
            case GENERATION, AGENT -> {
                var input = parsed(draft.input());
                out.put("gen_ai.input.messages", messages(messagesOf(input), draft.input()));
                out.put("gen_ai.tool.definitions", definitions(input));
                out.put("gen_ai.output.messages", output(draft));
            }
            case EMBEDDING, GUARDRAIL, SPAN, ATTEMPT -> {
                out.put("spangate.input", draft.input());
                out.put("spangate.output", draft.output());
            }
        }
    }

    private @Nullable String output(Draft draft) {
        var output = parsed(draft.output());
        var list = output == null || output.isArray() ? output : JSON.createArrayNode().add(output);
        if (list == null) {
            return textMessage("assistant", draft.output());
        }
        var messages = JSON.createArrayNode();
        for (var message : list) {
            var converted = message(message);
            var reasons = draft.attributes().get("gen_ai.response.finish_reasons");
            if (finishReason && reasons instanceof List<?> all && !all.isEmpty()) {
                converted.put("finish_reason", String.valueOf(all.getFirst()));
            }
            messages.add(converted);
        }
        return JSON.writeValueAsString(messages);
    }

    private static @Nullable JsonNode messagesOf(@Nullable JsonNode input) {
        return input == null || input.isArray() ? input : input.get("messages");
    }

    private static @Nullable String messages(@Nullable JsonNode messages, @Nullable String text) {
        if (messages == null || !messages.isArray()) {
            return textMessage("user", text);
        }
        var converted = JSON.createArrayNode();
        messages.forEach(message -> converted.add(message(message)));
        return JSON.writeValueAsString(converted);
    }

    private static ObjectNode message(JsonNode message) {
        String role = message.path("role").asString("user");
        var converted = JSON.createObjectNode().put("role", role);
        var parts = converted.putArray("parts");
        for (var thought : message.path("thinking")) {
            parts.addObject()
                    .put("type", "reasoning")
                    .put("content", thought.path("content").asString(""));
        }
        if (role.equals("tool")) {
            var part = parts.addObject().put("type", "tool_call_response");
            copy(message, "tool_call_id", part, "id");
            copy(message, "content", part, "response");
        } else {
            addContent(parts, message.path("content"));
        }
        message.path("tool_calls").forEach(call -> addCall(parts, call));
        return converted;
    }

    private static void addContent(ArrayNode parts, JsonNode content) {
        if (content.isString()) {
            parts.addObject().put("type", "text").put("content", content.asString());
        } else if (content.isArray()) {
            for (var item : content) {
                String url = item.at("/image_url/url").asString("");
                if (item.path("type").asString("").equals("text")) {
                    parts.addObject()
                            .put("type", "text")
                            .put("content", item.path("text").asString(""));
                } else if (!url.isEmpty() && !url.startsWith("data:")) {
                    parts.addObject().put("type", "uri").put("modality", "image").put("uri", url);
                } else {
                    parts.add(item);
                }
            }
        }
    }

    private static void addCall(ArrayNode parts, JsonNode call) {
        var part = parts.addObject().put("type", "tool_call");
        copy(call, "id", part, "id");
        part.put("name", call.at("/function/name").asString(""));
        String arguments = call.at("/function/arguments").asString("");
        var parsed = parsed(arguments);
        if (parsed != null) {
            part.set("arguments", parsed);
        } else {
            part.put("arguments", arguments);
        }
    }

    private static @Nullable String definitions(@Nullable JsonNode input) {
        var tools = input == null ? null : input.get("tools");
        if (tools == null || !tools.isArray() || tools.isEmpty()) {
            return null;
        }
        var definitions = JSON.createArrayNode();
        for (var tool : tools) {
            var definition = definitions.addObject().put("type", "function");
            var function = tool.path("function");
            copy(function, "name", definition, "name");
            copy(function, "description", definition, "description");
            copy(function, "parameters", definition, "parameters");
        }
        return JSON.writeValueAsString(definitions);
    }

    private static @Nullable String textMessage(String role, @Nullable String text) {
        if (text == null) {
            return null;
        }
        var messages = JSON.createArrayNode();
        var parts = messages.addObject().put("role", role).putArray("parts");
        parts.addObject().put("type", "text").put("content", text);
        return JSON.writeValueAsString(messages);
    }

    private static void copy(JsonNode from, String key, ObjectNode to, String as) {
        var value = from.get(key);
        if (value != null && !value.isNull()) {
            to.set(as, value);
        }
    }

    /// Null where it is no JSON object or array.
    private static @Nullable JsonNode parsed(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            var tree = JSON.readTree(text);
            return tree.isContainer() ? tree : null;
        } catch (JacksonException _) {
            return null;
        }
    }
}
