package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Anthropic Messages (docs.anthropic.com/en/api/messages).
record AnthropicMessages() implements Dialect {
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
                null,
                BodyHints.read(body),
                content ? Turn.input(turns, tools(body)) : null,
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

    private static List<Turn> turns(JsonNode body) {
        var turns = new ArrayList<Turn>();
        var system = AnthropicBlocks.of(Role.SYSTEM, body.path("system"));
        if (!system.texts().isEmpty()) {
            turns.add(system);
        }
        for (var message : body.path("messages")) {
            turns.add(AnthropicBlocks.of(role(message), message.path("content")));
        }
        return turns;
    }

    private static Role role(JsonNode message) {
        return switch (Json.text(message, "role")) {
            case "assistant" -> Role.ASSISTANT;
            case "system" -> Role.SYSTEM;
            default -> Role.USER;
        };
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
