package dev.spangate.llm;

import dev.spangate.linking.Message.Role;
import dev.spangate.llm.FrameReader.Framing;
import dev.spangate.proxy.Hints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Google's `generateContent`, `streamGenerateContent`, `embedContent`
/// (ai.google.dev/api/generate-content). Keys may be written in camel or in snake case.
///
/// @param embeddings it embeds instead of generating
record Gemini(boolean embeddings) implements Dialect {
    @Override
    public String operation() {
        return embeddings ? "embeddings" : "generate_content";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        boolean stream = path.contains(":streamGenerateContent");
        var turns = turns(body);
        return new RequestFacts(
                RequestPath.geminiModel(path),
                stream,
                Turn.messages(turns),
                null,
                Hints.NONE,
                content ? input(body, turns) : null,
                attributes(body, stream));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new GeminiReader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.google(status, message);
    }

    /// Without `alt=sse` a stream is an array whose elements come one by one.
    @Override
    public Framing framing(String contentType, char first) {
        return first == '[' ? Framing.ARRAY : Framing.of(contentType, first);
    }

    /// The value at a key, in camel case or in snake case.
    static JsonNode at(JsonNode node, String camel) {
        var value = node.path(camel);
        if (!value.isMissingNode()) {
            return value;
        }
        var snake = new StringBuilder();
        for (int i = 0; i < camel.length(); i++) {
            char c = camel.charAt(i);
            if (Character.isUpperCase(c)) {
                snake.append('_').append(Character.toLowerCase(c));
            } else {
                snake.append(c);
            }
        }
        return node.path(snake.toString());
    }

    private static List<Turn> turns(JsonNode body) {
        var turns = new ArrayList<Turn>();
        var system = GeminiParts.of(Role.SYSTEM, at(body, "systemInstruction"));
        if (!system.texts().isEmpty()) {
            turns.add(system);
        }
        for (var content : contents(body)) {
            turns.add(GeminiParts.of(role(content), content));
        }
        return turns;
    }

    private static List<JsonNode> contents(JsonNode body) {
        var contents = new ArrayList<JsonNode>();
        body.path("contents").forEach(contents::add);
        if (body.path("content").isObject()) {
            contents.add(body.path("content"));
        }
        body.path("requests").forEach(request -> contents.add(request.path("content")));
        return contents;
    }

    private static Role role(JsonNode content) {
        boolean answers = false;
        for (var part : content.path("parts")) {
            answers = answers || at(part, "functionResponse").isObject();
        }
        if (answers) {
            return Role.TOOL;
        }
        return Json.text(content, "role").equals("model") ? Role.ASSISTANT : Role.USER;
    }

    private String input(JsonNode body, List<Turn> turns) {
        return embeddings
                ? OpenAiEmbeddings.input(turns.stream().map(turn -> turn.message().text()).toList())
                : Turn.input(turns, tools(body));
    }

    private static @Nullable ArrayNode tools(JsonNode body) {
        var tools = Json.nodes().arrayNode();
        for (var tool : body.path("tools")) {
            for (var function : at(tool, "functionDeclarations")) {
                var parameters = function.path("parameters");
                tools.add(
                        ChatJson.tool(
                                Json.text(function, "name"),
                                Json.text(function, "description"),
                                parameters.isMissingNode()
                                        ? at(function, "parametersJsonSchema")
                                        : parameters));
            }
            for (String name : tool.propertyNames()) {
                if (!name.startsWith("function")) {
                    tools.add(ChatJson.tool(name, "", null));
                }
            }
        }
        return tools;
    }

    private static Map<String, Object> attributes(JsonNode body, boolean stream) {
        var attributes = new HashMap<String, Object>();
        var config = at(body, "generationConfig");
        if (stream) {
            attributes.put("gen_ai.request.stream", true);
        }
        number(attributes, "gen_ai.request.temperature", at(config, "temperature"));
        number(attributes, "gen_ai.request.top_p", at(config, "topP"));
        integer(attributes, "gen_ai.request.top_k", at(config, "topK"));
        integer(attributes, "gen_ai.request.max_tokens", at(config, "maxOutputTokens"));
        String level = at(at(config, "thinkingConfig"), "thinkingLevel").asString("");
        if (!level.isEmpty() && level.length() < 50) {
            attributes.put("gen_ai.request.reasoning.level", level);
        }
        if (at(config, "responseMimeType").asString("").equals("application/json")) {
            attributes.put("gen_ai.output.type", "json");
        }
        integer(attributes, "gen_ai.embeddings.dimension.count", at(body, "outputDimensionality"));
        return attributes;
    }

    private static void number(Map<String, Object> attributes, String key, JsonNode value) {
        if (value.isNumber()) {
            attributes.put(key, value.doubleValue());
        }
    }

    private static void integer(Map<String, Object> attributes, String key, JsonNode value) {
        if (value.isNumber()) {
            attributes.put(key, (long) value.doubleValue());
        }
    }
}
