package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

    private record Reader(Answer answer) implements AnswerReader {
        private static final byte[] DONE = "[DONE]".getBytes(US_ASCII);

        @Override
        public boolean critical(Frame frame) {
            return frame.contains(DONE);
        }

        @Override
        public void frame(Frame frame) {
            if (frame.data().length == 0) {
                return;
            }
            if (frame.contains(DONE)) {
                answer.over();
                return;
            }
            Json.answer(frame.data())
                    .ifPresentOrElse(this::read, () -> answer.unread("a frame that is not JSON"));
        }

        @Override
        public void body(JsonNode body) {
            read(body);
            answer.over();
        }

        private void read(JsonNode body) {
            answer.id(Json.text(body, "id"));
            answer.model(Json.text(body, "model"));
            var error = body.path("error");
            if (error.isObject()) {
                answer.failed(Json.errorType(error, "provider_error"), Json.text(error, "message"));
            }
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
