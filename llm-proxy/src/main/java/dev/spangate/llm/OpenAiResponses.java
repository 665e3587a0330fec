package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// OpenAI Responses (platform.openai.com/docs/api-reference/responses).
record OpenAiResponses() implements Dialect {
    @Override
    public String operation() {
        return "chat";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        var turns = turns(body);
        return new RequestFacts(
                Json.text(body, "model"),
                body.path("stream").asBoolean(false),
                turns.stream().map(Turn::message).toList(),
                Json.textOrNull(body, "previous_response_id"),
                BodyHints.read(body),
                content ? input(turns, body) : null,
                attributes(body));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new OpenAiResponsesReader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    private static Map<String, Object> attributes(JsonNode body) {
        var attributes = RequestAttributes.openAi(body, "responses");
        String previous = Json.text(body, "previous_response_id");
        if (!previous.isEmpty()) {
            attributes.put("gen_ai.request.previous_response.id", previous);
        }
        return attributes;
    }

    /// The conversation: what the model said between two things of the client is one turn, as it
    /// was one answer.
    private static List<Turn> turns(JsonNode body) {
        var turns = new ArrayList<Turn>();
        String instructions = Json.text(body, "instructions");
        if (!instructions.isEmpty()) {
            turns.add(Turn.of(Role.SYSTEM, instructions));
        }
        var input = body.path("input");
        if (input.isString()) {
            turns.add(Turn.of(Role.USER, input.stringValue()));
        }
        for (var node : input.isArray() ? input : Json.nodes().arrayNode()) {
            var item = ResponseItem.of(node);
            boolean goesOn =
                    item.fromModel()
                            && !turns.isEmpty()
                            && turns.getLast().role() == Role.ASSISTANT;
            if (!goesOn) {
                turns.add(Turn.of(role(item)));
            }
            turns.getLast().add(item);
        }
        return turns;
    }

    private static Role role(ResponseItem item) {
        if (item.fromModel()) {
            return Role.ASSISTANT;
        }
        if (item.isResult()) {
            return Role.TOOL;
        }
        return switch (Json.text(item.node(), "role")) {
            case "system", "developer" -> Role.SYSTEM;
            default -> Role.USER;
        };
    }

    private static String input(List<Turn> turns, JsonNode body) {
        var messages = Json.nodes().arrayNode();
        turns.forEach(turn -> turn.addTo(messages));
        var tools = Json.nodes().arrayNode();
        addTools(tools, "", body.path("tools"));
        return ChatJson.input(messages, tools);
    }

    private static void addTools(ArrayNode tools, String space, JsonNode definitions) {
        for (var tool : definitions) {
            String type = Json.text(tool, "type");
            String name = Json.text(tool, "name");
            if (type.equals("namespace")) {
                addTools(tools, name + ".", tool.path("tools"));
            } else {
                tools.add(
                        ChatJson.tool(
                                space + (name.isEmpty() ? type : name),
                                Json.text(tool, "description"),
                                tool.path("parameters")));
            }
        }
    }

    /// One message made of one or several items.
    private record Turn(
            Role role,
            List<String> texts,
            List<String> thinking,
            List<CallText> calls,
            List<ToolResult> results,
            List<JsonNode> parts,
            StringBuilder other) {
        static Turn of(Role role) {
            return new Turn(
                    role,
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new StringBuilder());
        }

        static Turn of(Role role, String text) {
            var turn = of(role);
            turn.texts.add(text);
            return turn;
        }

        void add(ResponseItem item) {
            if (item.isCall()) {
                calls.add(item.call());
                addResult(item.byProvider() ? item.providerResult() : null);
            } else if (item.isResult()) {
                addResult(item.result());
            } else if (item.isMessage()) {
                texts.addAll(item.texts());
                other.append(item.other());
                item.node().path("content").forEach(this::addPart);
            } else if (item.type().equals("reasoning")) {
                thinking.addAll(item.thinking());
            } else {
                other.append(item.type());
            }
        }

        private void addResult(@Nullable ToolResult result) {
            if (result != null) {
                results.add(result);
            }
        }

        private void addPart(JsonNode part) {
            String image = Json.text(part, "image_url");
            if (!image.isEmpty()) {
                parts.add(ChatJson.imagePart(image));
            } else if (part.has("file_data")) {
                parts.add(
                        ChatJson.textPart(
                                ChatJson.reference("file", Json.text(part, "file_data"))));
            }
        }

        Message message() {
            return new Message(
                    role,
                    texts,
                    calls.stream().map(CallText::toolCall).toList(),
                    results,
                    other.isEmpty() ? "" : ChatJson.digest(other.toString()));
        }

        /// The same for people.
        void addTo(ArrayNode messages) {
            switch (role) {
                case ASSISTANT -> {
                    var message = ChatJson.assistant(texts, thinking);
                    for (var call : calls) {
                        ToolCall sent = call.toolCall();
                        ChatJson.addCall(message, sent.id(), sent.name(), call.rawArguments());
                    }
                    messages.add(message);
                }
                case TOOL ->
                        results.forEach(result ->
                                messages.add(
                                        ChatJson.toolResult(
                                                result.callId(),
                                                String.join("\n", result.texts()))));
                case SYSTEM -> messages.add(ChatJson.message("system", String.join("\n", texts)));
                case USER -> messages.add(user());
            }
        }

        private JsonNode user() {
            if (parts.isEmpty()) {
                return ChatJson.message("user", String.join("\n", texts));
            }
            var content = Json.nodes().arrayNode();
            texts.forEach(text -> content.add(ChatJson.textPart(text)));
            content.addAll(parts);
            return ChatJson.message("user", content);
        }
    }
}
