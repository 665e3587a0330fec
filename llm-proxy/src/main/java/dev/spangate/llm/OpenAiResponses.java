package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                Turn.messages(turns),
                Json.textOrNull(body, "previous_response_id"),
                BodyHints.read(body),
                content ? Turn.input(turns, tools(body)) : null,
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
            add(turns.getLast(), item);
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

    private static ArrayNode tools(JsonNode body) {
        var tools = Json.nodes().arrayNode();
        addTools(tools, "", body.path("tools"));
        return tools;
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

    /// Adds one item to the turn that it belongs to.
    private static void add(Turn turn, ResponseItem item) {
        if (item.isCall()) {
            turn.calls().add(item.call());
            turn.result(item.byProvider() ? item.providerResult() : null);
        } else if (item.isResult()) {
            turn.result(item.result());
        } else if (item.isMessage()) {
            item.texts().forEach(turn::text);
            item.node().path("content").forEach(part -> addMedia(turn, part));
        } else if (item.type().equals("reasoning")) {
            turn.thinking().addAll(item.thinking());
        } else {
            turn.other().append(item.type());
        }
    }

    private static void addMedia(Turn turn, JsonNode part) {
        String image = Json.text(part, "image_url");
        String data = Json.text(part, "file_data");
        String file = Json.text(part, "file_id");
        if (!image.isEmpty()) {
            turn.media(ChatJson.imagePart(image), image);
        } else if (!data.isEmpty()) {
            turn.media(ChatJson.textPart(ChatJson.reference("file", data)), file + data);
        } else if (!file.isEmpty()) {
            turn.media(ChatJson.textPart("[file " + file + "]"), file);
        }
    }
}
