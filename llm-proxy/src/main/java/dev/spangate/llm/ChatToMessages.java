package dev.spangate.llm;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes an Anthropic Messages request of a Chat Completions request.
final class ChatToMessages {
    /// Anthropic asks for a bound; this one every current model takes.
    private static final int DEFAULT_MAX_TOKENS = 8192;

    private static final Set<String> TRANSLATED =
            Set.of(
                    "model",
                    "messages",
                    "max_tokens",
                    "max_completion_tokens",
                    "temperature",
                    "top_p",
                    "stop",
                    "stream",
                    "stream_options",
                    "tools",
                    "tool_choice",
                    "parallel_tool_calls",
                    "user",
                    "safety_identifier",
                    "reasoning_effort",
                    "response_format",
                    "n",
                    "frequency_penalty",
                    "presence_penalty",
                    "logprobs",
                    "service_tier");

    /// They ask for nothing of the answer.
    private static final Set<String> HINTS =
            Set.of("metadata", "store", "prompt_cache_key", "prompt_cache_retention");

    private static final Pattern DATA_URL =
            Pattern.compile("data:([^;,]+);base64,(.*)", Pattern.DOTALL);

    private final JsonNode chat;
    private final ObjectNode request = Json.nodes().objectNode();

    private ChatToMessages(JsonNode chat) {
        this.chat = chat;
    }

    /// @throws Refusal what cannot be expressed
    static JsonNode request(JsonNode chat, String model) {
        Fields.known(chat, "", TRANSLATED, HINTS);
        Fields.only(chat, "n", "1");
        Fields.only(chat, "frequency_penalty", "0", "0.0");
        Fields.only(chat, "presence_penalty", "0", "0.0");
        Fields.only(chat, "logprobs", "false");
        Fields.only(chat, "service_tier", "auto", "default");
        var translation = new ChatToMessages(chat);
        translation.settings(model);
        translation.messages();
        translation.tools();
        return translation.request;
    }

    private void settings(String model) {
        request.put("model", model).put("max_tokens", DEFAULT_MAX_TOKENS);
        copy("max_tokens", "max_tokens");
        copy("max_completion_tokens", "max_tokens");
        copy("temperature", "temperature");
        copy("top_p", "top_p");
        copy("stream", "stream");
        var stop = chat.path("stop");
        if (stop.isString()) {
            request.putArray("stop_sequences").add(stop);
        } else if (stop.isArray()) {
            request.set("stop_sequences", stop);
        }
        String user = Json.text(chat, "safety_identifier");
        user = user.isEmpty() ? Json.text(chat, "user") : user;
        if (!user.isEmpty()) {
            request.putObject("metadata").put("user_id", user);
        }
        output();
    }

    private void copy(String from, String to) {
        var value = chat.path(from);
        if (!value.isMissingNode() && !value.isNull()) {
            request.set(to, value);
        }
    }

    private void output() {
        var output = Json.nodes().objectNode();
        String effort = Json.text(chat, "reasoning_effort");
        if (!effort.isEmpty() && !effort.equals("none")) {
            output.put("effort", effort.equals("minimal") ? "low" : effort);
        }
        var format = chat.path("response_format");
        switch (Json.text(format, "type")) {
            case "", "text" -> {
                // What holds anyway.
            }
            case "json_schema" -> {
                var node = output.putObject("format").put("type", "json_schema");
                node.set("schema", format.path("json_schema").path("schema"));
            }
            default ->
                    throw Fields.untranslatable(
                            "response_format.type", "only text and json_schema can be");
        }
        if (!output.isEmpty()) {
            request.set("output_config", output);
        }
    }

    private void messages() {
        var system = Json.nodes().arrayNode();
        var messages = request.putArray("messages");
        ArrayNode results = null;
        int at = 0;
        for (var message : chat.path("messages")) {
            String path = "messages[" + at++ + "]";
            String role = Json.text(message, "role");
            if (role.equals("tool")) {
                // Results of parallel calls stand together, as the other API has it.
                if (results == null) {
                    results = add(messages, "user");
                }
                result(results, message, path);
                continue;
            }
            results = null;
            refuseOthers(message, path);
            switch (role) {
                case "system", "developer" -> blocks(system, message.path("content"), path);
                case "user" -> blocks(add(messages, "user"), message.path("content"), path);
                case "assistant" -> assistant(add(messages, "assistant"), message, path);
                default -> throw Fields.untranslatable(path + ".role", "'" + role + "' is unknown");
            }
        }
        if (!system.isEmpty()) {
            request.set("system", system);
        }
    }

    /// Who of several users speaks, and what was said aloud, the other API cannot say.
    private static void refuseOthers(JsonNode message, String path) {
        for (String key : new String[] {"name", "audio"}) {
            var value = message.path(key);
            if (!value.isMissingNode() && !value.isNull()) {
                throw Fields.untranslatable(path + "." + key, "the other API has nothing like it");
            }
        }
    }

    private static ArrayNode add(ArrayNode messages, String role) {
        return messages.addObject().put("role", role).putArray("content");
    }

    private static void result(ArrayNode blocks, JsonNode message, String path) {
        var block = blocks.addObject().put("type", "tool_result");
        block.put("tool_use_id", Json.text(message, "tool_call_id"));
        blocks(block.putArray("content"), message.path("content"), path);
    }

    private static void assistant(ArrayNode blocks, JsonNode message, String path) {
        if (message.has("function_call") && !message.path("function_call").isNull()) {
            throw Fields.untranslatable(path + ".function_call", "use tool_calls");
        }
        blocks(blocks, message.path("content"), path);
        blocks(blocks, message.path("refusal"), path);
        int at = 0;
        for (var call : message.path("tool_calls")) {
            String where = path + ".tool_calls[" + at++ + "]";
            if (!call.path("function").isObject()) {
                throw Fields.untranslatable(where + ".type", "only functions can be");
            }
            var input = Json.object(arguments(call.path("function")));
            if (input.isEmpty()) {
                throw Fields.untranslatable(
                        where + ".function.arguments", "they are no JSON object");
            }
            var block = blocks.addObject().put("type", "tool_use").put("id", Json.text(call, "id"));
            block.put("name", Json.text(call.path("function"), "name"));
            block.set("input", input.get());
        }
    }

    private static String arguments(JsonNode function) {
        String text = Json.text(function, "arguments");
        return text.isBlank() ? "{}" : text;
    }

    private static void blocks(ArrayNode blocks, JsonNode content, String path) {
        if (content.isString() && !content.stringValue().isEmpty()) {
            blocks.addObject().put("type", "text").put("text", content.stringValue());
        }
        int at = 0;
        for (var part : content.isArray() ? content : Json.nodes().arrayNode()) {
            String where = path + ".content[" + at++ + "]";
            switch (Json.text(part, "type")) {
                case "text" ->
                        blocks.addObject().put("type", "text").put("text", Json.text(part, "text"));
                case "refusal" ->
                        blocks.addObject()
                                .put("type", "text")
                                .put("text", Json.text(part, "refusal"));
                case "image_url" ->
                        blocks.addObject()
                                .put("type", "image")
                                .set("source", source(Json.text(part.path("image_url"), "url")));
                case "file" -> document(blocks, part.path("file"), where);
                default -> throw Fields.untranslatable(where + ".type", "no such content there");
            }
        }
    }

    private static void document(ArrayNode blocks, JsonNode file, String path) {
        String data = Json.text(file, "file_data");
        if (data.isEmpty()) {
            throw Fields.untranslatable(path + ".file.file_id", "files are stored per provider");
        }
        blocks.addObject().put("type", "document").set("source", source(data));
    }

    private static ObjectNode source(String url) {
        var source = Json.nodes().objectNode();
        var data = DATA_URL.matcher(url);
        return data.matches()
                ? source.put("type", "base64")
                        .put("media_type", data.group(1))
                        .put("data", data.group(2))
                : source.put("type", "url").put("url", url);
    }

    private void tools() {
        int at = 0;
        var tools = Json.nodes().arrayNode();
        for (var tool : chat.path("tools")) {
            var function = tool.path("function");
            if (!function.isObject()) {
                throw Fields.untranslatable("tools[" + at + "].type", "only functions can be");
            }
            at++;
            var node = tools.addObject().put("name", Json.text(function, "name"));
            if (function.has("description")) {
                node.set("description", function.path("description"));
            }
            if (function.path("strict").asBoolean(false)) {
                node.put("strict", true);
            }
            node.set("input_schema", schema(function.path("parameters")));
        }
        if (!tools.isEmpty()) {
            request.set("tools", tools);
            choice();
        }
    }

    private static JsonNode schema(JsonNode parameters) {
        if (parameters.isObject()) {
            return parameters;
        }
        var schema = Json.nodes().objectNode().put("type", "object");
        schema.putObject("properties");
        return schema;
    }

    private void choice() {
        var choice = choice(chat.path("tool_choice"));
        boolean alone =
                chat.path("parallel_tool_calls").isBoolean()
                        && !chat.path("parallel_tool_calls").asBoolean();
        if (alone && choice == null) {
            choice = Json.nodes().objectNode().put("type", "auto");
        }
        if (choice != null) {
            if (alone) {
                choice.put("disable_parallel_tool_use", true);
            }
            request.set("tool_choice", choice);
        }
    }

    private static @Nullable ObjectNode choice(JsonNode wanted) {
        var choice = Json.nodes().objectNode();
        if (wanted.isObject()) {
            String name = Json.text(wanted.path("function"), "name");
            if (name.isEmpty()) {
                throw Fields.untranslatable("tool_choice.type", "only functions can be chosen");
            }
            return choice.put("type", "tool").put("name", name);
        }
        return switch (wanted.asString("")) {
            case "auto" -> choice.put("type", "auto");
            case "none" -> choice.put("type", "none");
            case "required" -> choice.put("type", "any");
            default -> null;
        };
    }
}
