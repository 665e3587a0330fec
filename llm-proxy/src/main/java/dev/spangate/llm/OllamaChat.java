package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spangate.linking.Message.Role;
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
        var turns = turns(body);
        return new RequestFacts(
                Json.text(body, "model"),
                stream,
                Turn.messages(turns),
                null,
                BodyHints.read(body),
                content ? Turn.input(turns, tools(body)) : null,
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

    private static List<Turn> turns(JsonNode body) {
        var turns = new ArrayList<Turn>();
        addText(turns, Role.SYSTEM, Json.text(body, "system"));
        addText(turns, Role.USER, Json.text(body, "prompt"));
        if (!turns.isEmpty()) {
            addImages(turns.getLast(), body);
        }
        for (var message : body.path("messages")) {
            turns.add(turn(message));
        }
        return turns;
    }

    private static void addText(List<Turn> turns, Role role, String text) {
        if (!text.isEmpty()) {
            turns.add(Turn.of(role, text));
        }
    }

    private static Turn turn(JsonNode message) {
        String text = Json.text(message, "content");
        var turn = Turn.of(role(message));
        if (turn.role() == Role.TOOL) {
            String name = Json.text(message, "tool_name");
            turn.result(
                    new ToolResult(
                            Json.textOrNull(message, "tool_call_id"),
                            name.isEmpty() ? Json.textOrNull(message, "name") : name,
                            List.of(text),
                            false));
        } else {
            turn.text(text);
        }
        addImages(turn, message);
        if (turn.role() == Role.ASSISTANT) {
            message.path("tool_calls").forEach(call -> turn.calls().add(OpenAiChat.call(call)));
        }
        return turn;
    }

    private static Role role(JsonNode message) {
        return switch (Json.text(message, "role")) {
            case "system" -> Role.SYSTEM;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> Role.USER;
        };
    }

    /// They come without their kind.
    private static void addImages(Turn turn, JsonNode message) {
        for (var image : message.path("images")) {
            String data = image.asString("");
            turn.media(ChatJson.textPart(ChatJson.reference("image", data)), data);
        }
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

    private static final class Reader extends JsonFrameReader {
        private static final byte[] CALLS = "tool_calls".getBytes(US_ASCII);
        private static final byte[] DONE = "\"done\"".getBytes(US_ASCII);
        private static final byte[] NOT_DONE = "\"done\":false".getBytes(US_ASCII);

        private int calls;

        Reader(Answer answer) {
            super(answer, marks());
        }

        @Override
        public boolean critical(Frame frame) {
            return frame.contains(CALLS)
                    || (frame.contains(DONE) && !frame.contains(NOT_DONE))
                    || super.critical(frame);
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
