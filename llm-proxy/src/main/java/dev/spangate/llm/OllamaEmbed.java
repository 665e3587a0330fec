package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.Usage;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Ollama's own `/api/embed` and the older `/api/embeddings` (docs.ollama.com/api).
record OllamaEmbed() implements Dialect {
    @Override
    public String operation() {
        return "embeddings";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        var texts = OpenAiEmbeddings.texts(body.path(body.has("input") ? "input" : "prompt"));
        return new RequestFacts(
                Json.text(body, "model"),
                false,
                texts.stream().map(text -> Message.text(Role.USER, text)).toList(),
                null,
                BodyHints.read(body),
                content ? OpenAiEmbeddings.input(texts) : null,
                Map.of());
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new Reader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return Json.writeBytes(Json.nodes().objectNode().put("error", message));
    }

    private record Reader(Answer answer) implements AnswerReader {
        @Override
        public void body(JsonNode body) {
            answer.model(Json.text(body, "model"));
            if (body.has("error")) {
                answer.failed("provider_error", Json.text(body, "error"));
                return;
            }
            var several = body.path("embeddings");
            var first = several.isArray() ? several.path(0) : body.path("embedding");
            answer.usage(Usage.of(Json.count(body, "prompt_eval_count"), 0));
            OpenAiEmbeddings.whole(answer, several.isArray() ? several.size() : 1, first.size());
        }
    }
}
