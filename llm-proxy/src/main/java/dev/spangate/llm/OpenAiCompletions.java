package dev.spangate.llm;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import tools.jackson.databind.JsonNode;

/// OpenAI's legacy Completions (platform.openai.com/docs/api-reference/completions).
record OpenAiCompletions() implements Dialect {
    @Override
    public String operation() {
        return "text_completion";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        String model = Json.text(body, "model");
        var prompts = OpenAiEmbeddings.texts(body.path("prompt"));
        return new RequestFacts(
                model.isEmpty() ? RequestPath.deployment(path) : model,
                body.path("stream").asBoolean(false),
                prompts.stream().map(text -> Message.text(Role.USER, text)).toList(),
                null,
                BodyHints.read(body),
                content ? input(String.join("\n", prompts)) : null,
                RequestAttributes.openAi(body, "completions"));
    }

    private static String input(String prompt) {
        var messages = Json.nodes().arrayNode();
        messages.add(ChatJson.message("user", prompt));
        return ChatJson.input(messages, null);
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new Reader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    private static final class Reader extends JsonFrameReader {
        Reader(Answer answer) {
            super(answer, marks());
        }

        @Override
        void event(String name, JsonNode json) {
            read(json);
        }

        @Override
        public void body(JsonNode body) {
            read(body);
            answer.over();
        }

        private void read(JsonNode body) {
            answer.id(Json.text(body, "id"));
            answer.model(Json.text(body, "model"));
            failed(body);
            for (var choice : body.path("choices")) {
                int index = choice.path("index").asInt(0);
                answer.text(index, 0, Json.text(choice, "text"));
                String reason = Json.text(choice, "finish_reason");
                if (!reason.isEmpty()) {
                    answer.finish(index, reason);
                }
            }
            if (body.path("usage").isObject()) {
                answer.usage(OpenAiChatReader.usage(body.path("usage")));
            }
        }
    }
}
