package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import dev.spangate.linking.Usage;
import dev.spangate.llm.FrameReader.Framing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Ollama's own `/api/chat` and `/api/generate` (docs.ollama.com/api): streams unless told not to,
/// a JSON value per line.
record OllamaChat() implements Dialect {
    @Override
    public String operation() {
        return "chat";
    }

    @Override
    public RequestFacts read(String path, JsonNode body, boolean content) {
        boolean stream = body.path("stream").asBoolean(true);
        return new RequestFacts(
                Json.text(body, "model"),
                stream,
                messages(body),
                null,
                BodyHints.read(body),
                content ? input(body) : null,
                attributes(body, stream));
    }

    @Override
    public AnswerReader reader(Answer answer) {
        return new Reader(answer);
    }

    @Override
    public byte[] error(int status, String type, String message) {
        return Json.writeBytes(Json.nodes().objectNode().put("error", message));
    }

    @Override
    public Framing framing(String contentType, char first) {
        return first == '{' && !contentType.startsWith("application/json")
                ? Framing.LINES
                : Framing.of(contentType, first);
    }

    private static List<Message> messages(JsonNode body) {
        var messages = new ArrayList<Message>();
        addText(messages, Role.SYSTEM, Json.text(body, "system"));
        addText(messages, Role.USER, Json.text(body, "prompt"));
        for (var message : body.path("messages")) {
            messages.add(message(message));
        }
        return messages;
    }

    private static void addText(List<Message> messages, Role role, String text) {
        if (!text.isEmpty()) {
            messages.add(Message.text(role, text));
        }
    }

    private static Message message(JsonNode message) {
        String text = Json.text(message, "content");
        var texts = text.isEmpty() ? List.<String>of() : List.of(text);
        String images =
                message.has("images") ? ChatJson.digest(Json.write(message.path("images"))) : "";
        return switch (Json.text(message, "role")) {
            case "system" -> new Message(Role.SYSTEM, texts, List.of(), List.of(), images);
            case "assistant" -> {
                var calls = new ArrayList<ToolCall>();
                message.path("tool_calls")
                        .forEach(call -> calls.add(OpenAiChat.call(call).toolCall()));
                yield new Message(Role.ASSISTANT, texts, calls, List.of(), images);
            }
            case "tool" -> {
                String name = Json.text(message, "tool_name");
                var result =
                        new ToolResult(
                                Json.textOrNull(message, "tool_call_id"),
                                name.isEmpty() ? Json.textOrNull(message, "name") : name,
                                List.of(text),
                                false);
                yield new Message(Role.TOOL, List.of(), List.of(), List.of(result), images);
            }
            default -> new Message(Role.USER, texts, List.of(), List.of(), images);
        };
    }

    private static String input(JsonNode body) {
        var messages = Json.nodes().arrayNode();
        for (var message : messages(body)) {
            switch (message.role()) {
                case SYSTEM -> messages.add(ChatJson.message("system", message.text()));
                case USER -> messages.add(ChatJson.message("user", message.text()));
                case TOOL ->
                        message.results()
                                .forEach(result ->
                                        messages.add(
                                                ChatJson.toolResult(
                                                        result.name(),
                                                        String.join("\n", result.texts()))));
                case ASSISTANT -> {
                    var shown = ChatJson.assistant(message.texts(), List.of());
                    message.calls()
                            .forEach(call ->
                                    ChatJson.addCall(
                                            shown, call.id(), call.name(), call.arguments()));
                    messages.add(shown);
                }
            }
        }
        return ChatJson.input(messages, tools(body));
    }

    private static @Nullable ArrayNode tools(JsonNode body) {
        return body.path("tools") instanceof ArrayNode tools ? tools : null;
    }

    private static Map<String, Object> attributes(JsonNode body, boolean stream) {
        var attributes = new HashMap<String, Object>();
        var options = body.path("options");
        if (stream) {
            attributes.put("gen_ai.request.stream", true);
        }
        if (options.path("temperature").isNumber()) {
            attributes.put("gen_ai.request.temperature", options.path("temperature").doubleValue());
        }
        if (options.path("num_predict").isIntegralNumber()) {
            attributes.put("gen_ai.request.max_tokens", options.path("num_predict").asLong(0));
        }
        return attributes;
    }

    private static final class Reader implements AnswerReader {
        private static final byte[] CALLS = "tool_calls".getBytes(US_ASCII);
        private static final byte[] DONE = "\"done\"".getBytes(US_ASCII);
        private static final byte[] NOT_DONE = "\"done\":false".getBytes(US_ASCII);

        private final Answer answer;
        private int calls;

        Reader(Answer answer) {
            this.answer = answer;
        }

        @Override
        public boolean critical(Frame frame) {
            return frame.contains(CALLS) || (frame.contains(DONE) && !frame.contains(NOT_DONE));
        }

        @Override
        public void frame(Frame frame) {
            if (frame.data().length > 0) {
                Json.answer(frame.data())
                        .ifPresentOrElse(
                                this::read, () -> answer.unread("a frame that is not JSON"));
            }
        }

        @Override
        public void body(JsonNode body) {
            read(body);
            answer.over();
        }

        private void read(JsonNode body) {
            answer.model(Json.text(body, "model"));
            if (body.has("error")) {
                answer.failed("provider_error", Json.text(body, "error"));
            }
            var message = body.path("message");
            answer.thinking(0, 0, Json.text(message, "thinking"));
            answer.thinking(0, 0, Json.text(body, "thinking"));
            answer.text(0, 0, Json.text(message, "content"));
            answer.text(0, 0, Json.text(body, "response"));
            for (var each : message.path("tool_calls")) {
                var call = answer.call(0, calls++, false);
                call.named(Json.text(each, "id"), Json.text(each.path("function"), "name"));
                answer.arguments(
                        call, OpenAiChat.argumentsText(each.path("function").path("arguments")));
                answer.callComplete(call);
            }
            if (body.path("done").asBoolean(false)) {
                done(body);
            }
        }

        private void done(JsonNode body) {
            String reason = Json.text(body, "done_reason");
            answer.usage(
                    Usage.of(
                            Json.count(body, "prompt_eval_count"), Json.count(body, "eval_count")));
            answer.finish(0, reason.isEmpty() ? "stop" : reason);
            answer.over();
        }
    }
}
