package dev.spangate.llm;

import dev.spangate.linking.ToolResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Builds messages in the OpenAI chat shape, the only one that Langfuse draws well.
final class ChatJson {
    /// Inline data beyond this is shown as a reference: kind, size and digest.
    private static final int MOST_INLINE = 16 * 1024;

    private ChatJson() {}

    /// `{"messages":[..],"tools":[..]}` as text.
    static String input(ArrayNode messages, @Nullable ArrayNode tools) {
        var input = Json.nodes().objectNode();
        input.set("messages", messages);
        if (tools != null && !tools.isEmpty()) {
            input.set("tools", tools);
        }
        return Json.write(input);
    }

    static ObjectNode message(String role, JsonNode content) {
        var message = Json.nodes().objectNode();
        message.put("role", role);
        message.set("content", content);
        return message;
    }

    static ObjectNode message(String role, String content) {
        return message(role, Json.nodes().stringNode(content));
    }

    /// A result under its call's id, else under the tool's name.
    static ObjectNode toolResult(ToolResult result) {
        String id = result.callId() == null ? result.name() : result.callId();
        return Json.nodes()
                .objectNode()
                .put("role", "tool")
                .put("tool_call_id", id == null ? "" : id)
                .put("content", String.join("\n", result.texts()));
    }

    static ObjectNode assistant(
            Collection<? extends CharSequence> texts,
            Collection<? extends CharSequence> thinking,
            Collection<CallText> calls) {
        var message = Json.nodes().objectNode();
        message.put("role", "assistant");
        message.put("content", texts.isEmpty() ? null : String.join("\n", texts));
        if (!thinking.isEmpty()) {
            var blocks = message.putArray("thinking");
            for (var text : thinking) {
                blocks.addObject().put("type", "thinking").put("content", text.toString());
            }
        }
        for (var call : calls) {
            var sent = call.toolCall();
            String arguments = call.rawArguments();
            addCall(message, sent.id(), sent.name(), arguments.isBlank() ? "{}" : arguments);
        }
        return message;
    }

    /// Adds a tool call to an assistant message.
    static void addCall(ObjectNode message, @Nullable String id, String name, String arguments) {
        var calls =
                message.get("tool_calls") instanceof ArrayNode array
                        ? array
                        : message.putArray("tool_calls");
        var call = calls.addObject();
        call.put("id", id == null ? "" : id);
        call.put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
    }

    static ObjectNode tool(String name, String description, @Nullable JsonNode parameters) {
        var tool = Json.nodes().objectNode();
        tool.put("type", "function");
        var function = tool.putObject("function").put("name", name);
        if (!description.isEmpty()) {
            function.put("description", description);
        }
        if (parameters != null && !parameters.isMissingNode()) {
            function.set("parameters", parameters);
        }
        return tool;
    }

    /// The tool, strict where its definition in another API is.
    static ObjectNode strict(ObjectNode tool, JsonNode definition) {
        if (definition.path("strict").asBoolean(false)
                && tool.get("function") instanceof ObjectNode f) {
            f.put("strict", true);
        }
        return tool;
    }

    static ObjectNode textPart(String text) {
        return Json.nodes().objectNode().put("type", "text").put("text", text);
    }

    /// An image by its URL; a `data:` URL too large to show becomes a reference in words.
    static ObjectNode imagePart(String url) {
        if (url.startsWith("data:") && url.length() > MOST_INLINE) {
            return textPart(reference(url));
        }
        var part = Json.nodes().objectNode().put("type", "image_url");
        part.putObject("image_url").put("url", url);
        return part;
    }

    /// Inline data in words.
    static String reference(String kind, String data) {
        return "[%s, %d characters, sha256:%s]".formatted(kind, data.length(), digest(data));
    }

    private static String reference(String dataUrl) {
        int comma = Math.max(5, dataUrl.indexOf(','));
        int end = Math.min(comma, 5 + 100);
        return reference(dataUrl.substring(5, end), dataUrl);
    }

    /// SHA-256, in hex.
    static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /// SHA-256, in hex.
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
