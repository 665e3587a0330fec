package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a Chat Completions request of an Anthropic Messages request.
///
/// Reasoning of earlier turns is not sent along: its signatures mean nothing to another provider.
final class MessagesToChat {
    private static final Set<String> TRANSLATED =
            Set.of(
                    "model",
                    "messages",
                    "system",
                    "max_tokens",
                    "temperature",
                    "top_p",
                    "stop_sequences",
                    "stream",
                    "tools",
                    "tool_choice",
                    "output_config",
                    "service_tier");

    /// They ask for nothing of the answer, or for what a provider does by itself.
    private static final Set<String> HINTS =
            Set.of("metadata", "thinking", "context_management", "cache_control", "speed", "betas");

    private static final String ERROR = "error";

    private final JsonNode body;
    private final ObjectNode request = Json.nodes().objectNode();

    private MessagesToChat(JsonNode body) {
        this.body = body;
    }

    /// @param newer the provider wants `max_completion_tokens`
    /// @throws Refusal what cannot be expressed
    static JsonNode request(JsonNode body, String model, boolean newer) {
        Fields.known(body, "", TRANSLATED, HINTS);
        Fields.only(body, "service_tier", "auto", "standard_only");
        var translation = new MessagesToChat(body);
        translation.settings(model, newer);
        translation.messages();
        translation.tools();
        return translation.request;
    }

    private void settings(String model, boolean newer) {
        request.put("model", model);
        copy("max_tokens", newer ? "max_completion_tokens" : "max_tokens");
        copy("temperature", "temperature");
        copy("top_p", "top_p");
        copy("stop_sequences", "stop");
        if (body.path("stream").asBoolean(false)) {
            request.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        var output = body.path("output_config");
        Fields.known(output, "output_config.", Set.of("effort", "format"), Set.of());
        if (output.has("effort")) {
            String effort = Json.text(output, "effort");
            request.put("reasoning_effort", effort.equals("max") ? "high" : effort);
        }
        if (output.path("format").isObject()) {
            var format = request.putObject("response_format").put("type", "json_schema");
            format.putObject("json_schema")
                    .put("name", "output")
                    .set("schema", output.path("format").path("schema"));
        }
    }

    private void copy(String from, String to) {
        var value = body.path(from);
        if (!value.isMissingNode() && !value.isNull()) {
            request.set(to, value);
        }
    }

    private void messages() {
        var messages = request.putArray("messages");
        String system =
                String.join("\n\n", AnthropicBlocks.of(Role.SYSTEM, body.path("system")).texts());
        if (!system.isEmpty()) {
            messages.addObject().put("role", "system").put("content", system);
        }
        int at = 0;
        for (var message : body.path("messages")) {
            String path = "messages[" + at++ + "]";
            switch (Json.text(message, "role")) {
                case "assistant" -> assistant(messages, message.path("content"), path);
                case "system" ->
                        messages.addObject()
                                .put("role", "system")
                                .put(
                                        "content",
                                        String.join(
                                                "\n\n",
                                                AnthropicBlocks.of(
                                                                Role.SYSTEM,
                                                                message.path("content"))
                                                        .texts()));
                default -> user(messages, message.path("content"), path);
            }
        }
    }

    private static void assistant(ArrayNode messages, JsonNode content, String path) {
        int at = 0;
        for (var block : content.isArray() ? content : Json.nodes().arrayNode()) {
            String type = Json.text(block, "type");
            if (!Set.of("text", "thinking", "redacted_thinking", "tool_use").contains(type)) {
                throw Fields.untranslatable(
                        path + ".content[" + at + "].type", "'" + type + "' is the provider's own");
            }
            at++;
        }
        var said = AnthropicBlocks.of(Role.ASSISTANT, content);
        var message = messages.addObject().put("role", "assistant");
        message.put("content", said.texts().isEmpty() ? null : String.join("", said.texts()));
        for (var call : said.message().calls()) {
            ChatJson.addCall(message, call.id(), call.name(), call.arguments());
        }
    }

    /// Results first, each a message of its own; then what the user says, and images of results,
    /// which a tool message cannot hold.
    private static void user(ArrayNode messages, JsonNode content, String path) {
        if (content.isString()) {
            messages.addObject().put("role", "user").put("content", content.stringValue());
            return;
        }
        var parts = Json.nodes().arrayNode();
        int at = 0;
        for (var block : content) {
            String where = path + ".content[" + at++ + "]";
            if (Json.text(block, "type").equals("tool_result")) {
                result(messages, parts, block, where);
            } else {
                parts.add(part(block, where));
            }
        }
        if (parts.size() == 1 && parts.get(0).has("text")) {
            messages.addObject()
                    .put("role", "user")
                    .put("content", Json.text(parts.get(0), "text"));
        } else if (!parts.isEmpty()) {
            messages.addObject().put("role", "user").set("content", parts);
        }
    }

    private static void result(ArrayNode messages, ArrayNode parts, JsonNode block, String path) {
        var content = block.path("content");
        var text = new StringBuilder(content.isString() ? content.stringValue() : "");
        int at = 0;
        for (var part : content.isArray() ? content : Json.nodes().arrayNode()) {
            String where = path + ".content[" + at++ + "]";
            if (Json.text(part, "type").equals("text")) {
                text.append(text.isEmpty() ? "" : "\n").append(Json.text(part, "text"));
            } else {
                text.append(text.isEmpty() ? "" : "\n").append("[shown in the next message]");
                parts.add(part(part, where));
            }
        }
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", Json.text(block, "tool_use_id"))
                .put("content", said(block, text.toString()));
    }

    /// A result has no mark for errors there: its text must say it.
    private static String said(JsonNode result, String text) {
        boolean error = result.path("is_error").asBoolean(false);
        boolean says = text.strip().regionMatches(true, 0, ERROR, 0, ERROR.length());
        return error && !says ? "Error: " + text : text;
    }

    private static JsonNode part(JsonNode block, String path) {
        var source = block.path("source");
        return switch (Json.text(block, "type")) {
            case "text" -> ChatJson.textPart(Json.text(block, "text"));
            case "image" -> image(source, path);
            case "document" -> document(block, path);
            default ->
                    throw Fields.untranslatable(
                            path + ".type",
                            "'" + Json.text(block, "type") + "' is the provider's own");
        };
    }

    private static JsonNode image(JsonNode source, String path) {
        var part = Json.nodes().objectNode().put("type", "image_url");
        part.putObject("image_url").put("url", url(source, path));
        return part;
    }

    private static JsonNode document(JsonNode block, String path) {
        var source = block.path("source");
        if (block.path("citations").path("enabled").asBoolean(false)) {
            throw Fields.untranslatable(path + ".citations", "the other API cites nothing");
        }
        if (!Json.text(block, "context").isEmpty()) {
            throw Fields.untranslatable(path + ".context", "say it in a text block");
        }
        if (Json.text(source, "type").equals("text")) {
            return ChatJson.textPart(Json.text(source, "data"));
        }
        var part = Json.nodes().objectNode().put("type", "file");
        part.putObject("file").put("filename", "document").put("file_data", url(source, path));
        return part;
    }

    private static String url(JsonNode source, String path) {
        return switch (Json.text(source, "type")) {
            case "base64" ->
                    "data:%s;base64,%s"
                            .formatted(Json.text(source, "media_type"), Json.text(source, "data"));
            case "url" -> Json.text(source, "url");
            default ->
                    throw Fields.untranslatable(
                            path + ".source.type", "files are stored per provider");
        };
    }

    private void tools() {
        var tools = Json.nodes().arrayNode();
        int at = 0;
        for (var tool : body.path("tools")) {
            String type = Json.text(tool, "type");
            if (!type.isEmpty() && !type.equals("custom")) {
                throw Fields.untranslatable(
                        "tools[" + at + "].type", "'" + type + "' is the provider's own");
            }
            at++;
            tools.add(
                    ChatJson.strict(
                            ChatJson.tool(
                                    Json.text(tool, "name"),
                                    Json.text(tool, "description"),
                                    tool.path("input_schema")),
                            tool));
        }
        if (!tools.isEmpty()) {
            request.set("tools", tools);
            choice(body.path("tool_choice"));
        }
    }

    private void choice(JsonNode choice) {
        switch (Json.text(choice, "type")) {
            case "auto" -> request.put("tool_choice", "auto");
            case "any" -> request.put("tool_choice", "required");
            case "none" -> request.put("tool_choice", "none");
            case "tool" -> {
                var node = request.putObject("tool_choice").put("type", "function");
                node.putObject("function").put("name", Json.text(choice, "name"));
            }
            default -> {
                // Nothing is chosen.
            }
        }
        if (choice.path("disable_parallel_tool_use").asBoolean(false)) {
            request.put("parallel_tool_calls", false);
        }
    }
}
