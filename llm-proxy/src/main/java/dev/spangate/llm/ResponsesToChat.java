package dev.spangate.llm;

import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a Chat Completions request of a Responses request.
///
/// Reasoning items of earlier turns are not sent along: they are sealed for their provider.
final class ResponsesToChat {
    private static final Set<String> TRANSLATED =
            Set.of(
                    "model",
                    "input",
                    "instructions",
                    "max_output_tokens",
                    "temperature",
                    "top_p",
                    "stream",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "reasoning",
                    "text",
                    "user",
                    "background",
                    "truncation",
                    "service_tier");

    /// They ask for nothing of the answer, or only for what this provider cannot keep.
    private static final Set<String> HINTS =
            Set.of(
                    "store",
                    "metadata",
                    "client_metadata",
                    "include",
                    "prompt_cache_key",
                    "prompt_cache_retention",
                    "safety_identifier",
                    "stream_options");

    private final JsonNode body;
    private final ToolNames names;
    private final ObjectNode request = Json.nodes().objectNode();

    private ResponsesToChat(JsonNode body, ToolNames names) {
        this.body = body;
        this.names = names;
    }

    /// @param names is told the tools
    /// @param newer the provider wants `max_completion_tokens`
    /// @throws Refusal what cannot be expressed
    static JsonNode request(JsonNode body, String model, ToolNames names, boolean newer) {
        Fields.known(body, "", TRANSLATED, HINTS);
        Fields.only(body, "background", "false");
        Fields.only(body, "truncation", "disabled", "auto");
        Fields.only(body, "service_tier", "auto", "default");
        var translation = new ResponsesToChat(body, names);
        translation.settings(model, newer);
        var tools = Json.nodes().arrayNode();
        translation.tools(tools, "", body.path("tools"), "tools");
        translation.messages();
        if (!tools.isEmpty()) {
            translation.request.set("tools", tools);
            translation.choice(body.path("tool_choice"));
        }
        return translation.request;
    }

    private void settings(String model, boolean newer) {
        request.put("model", model);
        copy("max_output_tokens", newer ? "max_completion_tokens" : "max_tokens");
        copy("temperature", "temperature");
        copy("top_p", "top_p");
        copy("user", "user");
        if (body.path("stream").asBoolean(false)) {
            request.put("stream", true).putObject("stream_options").put("include_usage", true);
        }
        String effort = Json.text(body.path("reasoning"), "effort");
        if (!effort.isEmpty()) {
            request.put("reasoning_effort", effort);
        }
        format(body.path("text"));
    }

    private void copy(String from, String to) {
        var value = body.path(from);
        if (!value.isMissingNode() && !value.isNull()) {
            request.set(to, value);
        }
    }

    private void format(JsonNode text) {
        var format = text.path("format");
        switch (Json.text(format, "type")) {
            case "json_object" -> request.putObject("response_format").put("type", "json_object");
            case "json_schema" -> {
                var node = request.putObject("response_format").put("type", "json_schema");
                var schema = node.putObject("json_schema");
                for (String key : new String[] {"name", "description", "strict", "schema"}) {
                    if (format.has(key)) {
                        schema.set(key, format.path(key));
                    }
                }
            }
            default -> {
                // Plain text.
            }
        }
    }

    private void messages() {
        var messages = request.putArray("messages");
        String instructions = Json.text(body, "instructions");
        if (!instructions.isEmpty()) {
            messages.addObject().put("role", "system").put("content", instructions);
        }
        var input = body.path("input");
        if (input.isString()) {
            messages.addObject().put("role", "user").put("content", input.stringValue());
        }
        ObjectNode assistant = null;
        int at = 0;
        for (var node : input.isArray() ? input : Json.nodes().arrayNode()) {
            var item = ResponseItem.of(node);
            String path = "input[" + at++ + "]";
            if (item.fromModel()) {
                assistant = assistant == null ? assistant(messages) : assistant;
                said(assistant, item, path);
            } else {
                assistant = null;
                done(messages, item, path);
            }
        }
        dropEmpty(messages);
    }

    private static ObjectNode assistant(ArrayNode messages) {
        return messages.addObject().put("role", "assistant").putNull("content");
    }

    private void said(ObjectNode assistant, ResponseItem item, String path) {
        if (item.isMessage()) {
            String before = Json.text(assistant, "content");
            assistant.put("content", before + String.join("", item.texts()));
        } else if (item.type().equals("function_call") || item.type().equals("custom_tool_call")) {
            boolean custom = item.type().startsWith("custom");
            String flat =
                    names.flat(
                            Json.text(item.node(), "namespace"),
                            Json.text(item.node(), "name"),
                            custom);
            String arguments = item.call().rawArguments();
            if (custom) {
                arguments = Json.write(Json.nodes().objectNode().put("input", arguments));
            }
            ChatJson.addCall(assistant, item.callId(), flat, arguments);
        } else if (!item.type().equals("reasoning")) {
            throw Fields.untranslatable(
                    path + ".type", "'" + item.type() + "' is the provider's own");
        }
    }

    private static void done(ArrayNode messages, ResponseItem item, String path) {
        if (item.type().equals("function_call_output")
                || item.type().equals("custom_tool_call_output")) {
            var result = item.result();
            messages.addObject()
                    .put("role", "tool")
                    .put("tool_call_id", result.callId() == null ? "" : result.callId())
                    .put("content", String.join("\n", result.texts()));
        } else if (item.isMessage()) {
            message(messages, item.node(), path);
        } else {
            throw Fields.untranslatable(
                    path + ".type", "'" + item.type() + "' is the provider's own");
        }
    }

    private static void message(ArrayNode messages, JsonNode node, String path) {
        String role = Json.text(node, "role");
        var message = messages.addObject().put("role", role.equals("developer") ? "system" : role);
        var content = node.path("content");
        if (content.isString()) {
            message.set("content", content);
            return;
        }
        var parts = Json.nodes().arrayNode();
        int at = 0;
        for (var part : content) {
            String where = path + ".content[" + at++ + "]";
            switch (Json.text(part, "type")) {
                case "input_text", "output_text", "text" ->
                        parts.add(ChatJson.textPart(Json.text(part, "text")));
                case "input_image" -> parts.add(image(part, where));
                default -> throw Fields.untranslatable(where + ".type", "no such content there");
            }
        }
        boolean plain = true;
        for (var part : parts) {
            plain = plain && part.has("text");
        }
        if (plain) {
            var texts = new StringBuilder();
            parts.forEach(part ->
                    texts.append(texts.isEmpty() ? "" : "\n").append(Json.text(part, "text")));
            message.put("content", texts.toString());
        } else {
            message.set("content", parts);
        }
    }

    private static JsonNode image(JsonNode part, String path) {
        String url = Json.text(part, "image_url");
        if (url.isEmpty()) {
            throw Fields.untranslatable(path + ".file_id", "files are stored per provider");
        }
        var image = Json.nodes().objectNode().put("type", "image_url");
        image.putObject("image_url").put("url", url);
        return image;
    }

    /// A turn of reasoning alone leaves nothing to say.
    private static void dropEmpty(ArrayNode messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            var message = messages.get(i);
            if (Json.text(message, "role").equals("assistant")
                    && Json.text(message, "content").isEmpty()
                    && !message.has("tool_calls")) {
                messages.remove(i);
            }
        }
    }

    private void tools(ArrayNode tools, String space, JsonNode definitions, String path) {
        int at = 0;
        for (var tool : definitions) {
            String where = path + "[" + at++ + "]";
            String name = Json.text(tool, "name");
            String description = Json.text(tool, "description");
            switch (Json.text(tool, "type")) {
                case "function" ->
                        tools.add(
                                ChatJson.strict(
                                        ChatJson.tool(
                                                names.flat(space, name, false),
                                                description,
                                                tool.path("parameters")),
                                        tool));
                case "custom" ->
                        tools.add(
                                ChatJson.tool(
                                        names.flat(space, name, true),
                                        description + grammar(tool.path("format")),
                                        freeText()));
                case "namespace" -> tools(tools, name, tool.path("tools"), where + ".tools");
                default ->
                        throw Fields.untranslatable(
                                where + ".type",
                                "'" + Json.text(tool, "type") + "' is the provider's own");
            }
        }
    }

    /// A function cannot be held to a grammar: the model is told.
    private static String grammar(JsonNode format) {
        return Json.text(format, "type").equals("grammar")
                ? "\nThe input must follow this %s grammar:\n%s"
                        .formatted(Json.text(format, "syntax"), Json.text(format, "definition"))
                : "";
    }

    /// A function whose one argument is the text.
    private static ObjectNode freeText() {
        var schema = Json.nodes().objectNode().put("type", "object");
        schema.putObject("properties").putObject("input").put("type", "string");
        schema.putArray("required").add("input");
        return schema;
    }

    private void choice(JsonNode choice) {
        if (choice.isString()) {
            request.set("tool_choice", choice);
        } else if (choice.isObject()) {
            String name = Json.text(choice, "name");
            if (name.isEmpty()) {
                throw Fields.untranslatable("tool_choice.type", "only functions can be chosen");
            }
            var node = request.putObject("tool_choice").put("type", "function");
            node.putObject("function").put("name", name);
        }
        copy("parallel_tool_calls", "parallel_tool_calls");
    }
}
