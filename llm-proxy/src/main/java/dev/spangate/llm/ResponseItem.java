package dev.spangate.llm;

import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One item of a Responses conversation, as input and output alike.
record ResponseItem(JsonNode node, String type) {
    static ResponseItem of(JsonNode node) {
        String type = Json.text(node, "type");
        return new ResponseItem(node, type.isEmpty() ? "message" : type);
    }

    boolean isMessage() {
        return type.equals("message");
    }

    /// A tool call, for whomever to execute.
    boolean isCall() {
        return type.endsWith("_call") || type.equals("mcp_approval_request");
    }

    /// A result that the client echoes.
    boolean isResult() {
        return type.endsWith("_call_output") || type.equals("mcp_approval_response");
    }

    /// Part of what the model said, not of what the client did.
    boolean fromModel() {
        return isCall()
                || type.equals("reasoning")
                || type.equals("mcp_list_tools")
                || (isMessage() && Json.text(node, "role").equals("assistant"));
    }

    /// Whether the provider executes the call itself.
    boolean byProvider() {
        return switch (type) {
            case "function_call",
                    "custom_tool_call",
                    "local_shell_call",
                    "shell_call",
                    "apply_patch_call",
                    "computer_call",
                    "tool_search_call" ->
                    Json.text(node, "execution").equals("server");
            default -> true;
        };
    }

    /// The id under which a result is echoed.
    @Nullable String callId() {
        String id = Json.text(node, "call_id");
        return id.isEmpty() ? Json.textOrNull(node, "id") : id;
    }

    /// The model-side name, its namespace in front; built-in tools are named by their type.
    String callName() {
        String name = Json.text(node, "name");
        String space = Json.text(node, "namespace");
        if (space.isEmpty()) {
            space = Json.text(node, "server_label");
        }
        if (name.isEmpty()) {
            return type.substring(0, type.length() - "_call".length());
        }
        return space.isEmpty() ? name : space + "." + name;
    }

    /// The whole call, with arguments as far as the item holds them.
    CallText call() {
        var call = new CallText(byProvider());
        fill(call);
        return call;
    }

    /// Id, name and, once they are there, all arguments.
    void fill(CallText call) {
        call.named(callId(), callName());
        if (type.equals("custom_tool_call")) {
            call.freeText();
        }
        String arguments = arguments();
        if (!arguments.isEmpty()) {
            call.replace(arguments);
        }
    }

    private String arguments() {
        return switch (type) {
            case "function_call", "mcp_call", "mcp_approval_request", "tool_search_call" ->
                    OpenAiChat.argumentsText(node.path("arguments"));
            case "custom_tool_call" -> Json.text(node, "input");
            case "apply_patch_call" -> write("operation");
            case "code_interpreter_call" -> object("code");
            case "file_search_call" -> object("queries");
            case "image_generation_call" -> object("revised_prompt");
            default -> write("action");
        };
    }

    private String write(String key) {
        var value = node.path(key);
        return value.isMissingNode() || value.isNull() ? "" : Json.write(value);
    }

    private String object(String key) {
        var value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        var object = Json.nodes().objectNode();
        object.set(key, value);
        return Json.write(object);
    }

    /// What the item says in words: message text, refusal.
    List<String> texts() {
        var texts = new ArrayList<String>();
        var content = node.path("content");
        if (content.isString()) {
            texts.add(content.stringValue());
        }
        for (var part : content.isArray() ? content : Json.nodes().arrayNode()) {
            String text = Json.text(part, "text");
            texts.add(text.isEmpty() ? Json.text(part, "refusal") : text);
        }
        texts.removeIf(String::isEmpty);
        return texts;
    }

    /// Reasoning as far as it is shown.
    List<String> thinking() {
        var texts = new ArrayList<String>();
        for (String key : new String[] {"summary", "content"}) {
            for (var part : node.path(key)) {
                texts.add(Json.text(part, "text"));
            }
        }
        texts.removeIf(String::isEmpty);
        return texts;
    }

    /// The result that an output item holds.
    ToolResult result() {
        String id = Json.text(node, "call_id");
        return new ToolResult(
                id.isEmpty() ? Json.textOrNull(node, "approval_request_id") : id,
                null,
                resultTexts(),
                Json.text(node, "status").equals("failed"));
    }

    /// The result of a call that the provider executed, where the item holds it.
    @Nullable ToolResult providerResult() {
        String error = OpenAiChat.argumentsText(node.path("error"));
        String output = OpenAiChat.argumentsText(node.path("output"));
        if (output.isEmpty() && error.isEmpty()) {
            return null;
        }
        return new ToolResult(
                callId(), null, List.of(output.isEmpty() ? error : output), !error.isEmpty());
    }

    private List<String> resultTexts() {
        var output = node.path("output");
        var texts = new ArrayList<String>();
        if (output.isArray()) {
            for (var part : output) {
                String text = Json.text(part, "text");
                if (!text.isEmpty()) {
                    texts.add(text);
                } else if (part.has("stdout")) {
                    texts.add(Json.text(part, "stdout"));
                } else {
                    texts.add(ChatJson.reference(Json.text(part, "type"), Json.write(part)));
                }
            }
        } else if (output.isContainer()) {
            texts.add(Json.write(output));
        } else {
            texts.add(output.asString(""));
        }
        return texts;
    }
}
