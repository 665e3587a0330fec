package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// OpenAI Embeddings (platform.openai.com/docs/api-reference/embeddings).
record OpenAiEmbeddings() implements Dialect {
    @Override
    public String operation() {
        return "embeddings";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        String model = Json.text(body, "model");
        var texts = texts(body.path("input"));
        return new RequestFacts(
                model.isEmpty() ? RequestPath.deployment(path) : model,
                false,
                texts.stream().map(text -> Message.text(Role.USER, text)).toList(),
                null,
                BodyHints.read(body),
                content ? input(texts) : null,
                attributes(body));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new Reader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    /// Texts; lists of tokens are shown by their number.
    static List<String> texts(JsonNode input) {
        var texts = new ArrayList<String>();
        if (input.isString()) {
            texts.add(input.stringValue());
        } else if (input.isArray() && input.path(0).isNumber()) {
            texts.add("[" + input.size() + " tokens]");
        } else if (input.isArray()) {
            for (var each : input) {
                texts.add(each.isArray() ? "[" + each.size() + " tokens]" : each.asString(""));
            }
        }
        return texts;
    }

    /// One text as it is, several as a list.
    static String input(List<String> texts) {
        if (texts.size() == 1) {
            return Json.write(Json.nodes().stringNode(texts.getFirst()));
        }
        var all = Json.nodes().arrayNode();
        texts.forEach(all::add);
        return Json.write(all);
    }

    private static Map<String, Object> attributes(JsonNode body) {
        var attributes = new HashMap<String, Object>();
        long dimensions = Json.count(body, "dimensions");
        if (dimensions > 0) {
            attributes.put("gen_ai.embeddings.dimension.count", dimensions);
        }
        String format = Json.text(body, "encoding_format");
        if (!format.isEmpty()) {
            attributes.put("gen_ai.request.encoding_formats", List.of(format));
        }
        return attributes;
    }

    /// The answer is whole: vectors are shown in numbers, how many, of how many dimensions.
    static void whole(Answer answer, int vectors, int dimensions) {
        var shown = Json.nodes().objectNode().put("embeddings", vectors);
        if (dimensions > 0) {
            shown.put("dimensions", dimensions);
        }
        answer.shown(shown);
        answer.complete();
        answer.over();
    }

    private record Reader(Answer answer) implements AnswerReader {
        @Override
        public void body(JsonNode body) {
            answer.model(Json.text(body, "model"));
            var error = body.path("error");
            if (error.isObject()) {
                answer.failed(Json.errorType(error, "provider_error"), Json.text(error, "message"));
                return;
            }
            var data = body.path("data");
            if (body.path("usage").isObject()) {
                answer.usage(Usage.of(Json.count(body.path("usage"), "prompt_tokens"), 0));
            }
            whole(answer, data.size(), data.path(0).path("embedding").size());
        }
    }
}
