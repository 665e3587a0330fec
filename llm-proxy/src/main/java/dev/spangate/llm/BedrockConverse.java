package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import dev.spangate.proxy.Hints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// AWS Bedrock Converse and ConverseStream
/// (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html).
record BedrockConverse() implements Dialect {
    @Override
    public String operation() {
        return "chat";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        boolean stream = path.endsWith("/converse-stream");
        var turns = turns(body);
        return new RequestFacts(
                RequestPath.bedrockModel(path),
                stream,
                Turn.messages(turns),
                null,
                hints(body),
                content ? Turn.input(turns, tools(body)) : null,
                attributes(body, stream));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new BedrockReader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return Json.writeBytes(Json.nodes().objectNode().put("message", message));
    }

    private static Hints hints(JsonNode body) {
        var metadata = body.path("requestMetadata");
        return new Hints(
                Json.textOrNull(metadata, "session_id"),
                null,
                null,
                Json.textOrNull(metadata, "user_id"),
                null,
                null);
    }

    private static List<Turn> turns(JsonNode body) {
        var turns = new ArrayList<Turn>();
        var system = BedrockBlocks.of(Role.SYSTEM, body.path("system"));
        if (!system.texts().isEmpty()) {
            turns.add(system);
        }
        for (var message : body.path("messages")) {
            boolean assistant = Json.text(message, "role").equals("assistant");
            var role = assistant ? Role.ASSISTANT : Role.USER;
            turns.add(BedrockBlocks.of(role, message.path("content")));
        }
        return turns;
    }

    private static ArrayNode tools(JsonNode body) {
        var tools = Json.nodes().arrayNode();
        for (var tool : body.path("toolConfig").path("tools")) {
            var spec = tool.path("toolSpec");
            if (spec.isObject()) {
                tools.add(
                        ChatJson.tool(
                                Json.text(spec, "name"),
                                Json.text(spec, "description"),
                                spec.path("inputSchema").path("json")));
            }
        }
        return tools;
    }

    private static Map<String, Object> attributes(JsonNode body, boolean stream) {
        var attributes = new HashMap<String, Object>();
        var config = body.path("inferenceConfig");
        if (stream) {
            attributes.put("gen_ai.request.stream", true);
        }
        if (config.path("maxTokens").isIntegralNumber()) {
            attributes.put("gen_ai.request.max_tokens", config.path("maxTokens").asLong(0));
        }
        if (config.path("temperature").isNumber()) {
            attributes.put("gen_ai.request.temperature", config.path("temperature").doubleValue());
        }
        if (config.path("topP").isNumber()) {
            attributes.put("gen_ai.request.top_p", config.path("topP").doubleValue());
        }
        return attributes;
    }
}
