package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spangate.linking.Usage;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Reads Chat Completions answers: `chat.completion` objects and `chat.completion.chunk` frames.
final class OpenAiChatReader extends JsonFrameReader {
    private static final byte[][] MARKS = marks("tool_calls", "function_call");
    private static final byte[] FINISH = "finish_reason\"".getBytes(US_ASCII);
    private static final byte[] USAGE = "\"usage\"".getBytes(US_ASCII);

    OpenAiChatReader(Answer answer) {
        super(answer, MARKS);
    }

    @Override
    public boolean critical(Frame frame) {
        return super.critical(frame) || namesAValue(frame, FINISH) || namesAValue(frame, USAGE);
    }

    /// The key is there with something else than null.
    private static boolean namesAValue(Frame frame, byte[] key) {
        byte[] raw = frame.raw();
        for (int at = frame.indexOf(key, 0); at >= 0; at = frame.indexOf(key, at + 1)) {
            int value = at + key.length;
            while (value < raw.length && (raw[value] == ':' || raw[value] <= ' ')) {
                value++;
            }
            if (value == raw.length || raw[value] != 'n') {
                return true;
            }
        }
        return false;
    }

    @Override
    void event(String name, JsonNode chunk) {
        common(chunk);
        for (var choice : chunk.path("choices")) {
            delta(choice.path("index").asInt(0), choice);
        }
    }

    private void delta(int index, JsonNode choice) {
        var delta = choice.path("delta");
        thinking(index, delta);
        content(index, delta.path("content"));
        answer.text(index, 1, Json.text(delta, "refusal"));
        int position = 0;
        for (var piece : delta.path("tool_calls")) {
            piece(index, piece.path("index").asInt(position), piece);
            position++;
        }
        if (delta.path("function_call").isObject()) {
            legacy(index, delta.path("function_call"));
        }
        finish(index, choice);
    }

    private void piece(int index, int key, JsonNode piece) {
        var call = answer.call(index, key, false);
        var custom = piece.path("custom");
        if (custom.isObject()) {
            call.freeText();
            call.named(Json.text(piece, "id"), Json.text(custom, "name"));
            answer.arguments(call, Json.text(custom, "input"));
        } else {
            var function = piece.path("function");
            call.named(Json.text(piece, "id"), Json.text(function, "name"));
            answer.arguments(call, OpenAiChat.argumentsText(function.path("arguments")));
        }
    }

    private void legacy(int index, JsonNode function) {
        var call = answer.call(index, 0, false);
        call.named(null, Json.text(function, "name"));
        answer.arguments(call, Json.text(function, "arguments"));
    }

    @Override
    public void body(JsonNode body) {
        common(body);
        for (var choice : body.path("choices")) {
            int index = choice.path("index").asInt(0);
            var message = choice.path("message");
            thinking(index, message);
            content(index, message.path("content"));
            answer.text(index, 1, Json.text(message, "refusal"));
            int key = 0;
            for (var call : message.path("tool_calls")) {
                piece(index, key++, call);
            }
            if (message.path("function_call").isObject()) {
                legacy(index, message.path("function_call"));
            }
            finish(index, choice);
        }
        answer.over();
    }

    /// Some servers send parts where the reference has a text: texts, and thinking that holds
    /// texts.
    private void content(int index, JsonNode content) {
        if (!content.isArray()) {
            answer.text(index, 0, content.asString(""));
            return;
        }
        for (var part : content) {
            answer.text(index, 0, Json.text(part, "text"));
            for (var thought : part.path("thinking")) {
                answer.thinking(index, 0, Json.text(thought, "text"));
            }
        }
    }

    private void thinking(int index, JsonNode message) {
        String reasoning = Json.text(message, "reasoning_content");
        answer.thinking(
                index, 0, reasoning.isEmpty() ? Json.text(message, "reasoning") : reasoning);
    }

    private void finish(int index, JsonNode choice) {
        String reason = Json.text(choice, "finish_reason");
        if (!reason.isEmpty() && !reason.equals("error")) { // OpenRouter's: it broke off
            answer.finish(index, reason);
        }
    }

    private void common(JsonNode node) {
        answer.id(Json.text(node, "id"));
        answer.model(Json.text(node, "model"));
        put("openai.response.service_tier", Json.text(node, "service_tier"));
        put("openai.response.system_fingerprint", Json.text(node, "system_fingerprint"));
        failed(node);
        var usage = node.path("usage");
        if (!usage.isObject()) {
            usage = node.path("x_groq").path("usage");
        }
        if (usage.isObject()) {
            answer.usage(usage(usage));
            if (usage.path("cost").isNumber()) {
                // OpenRouter says what it bills.
                answer.attribute(Answer.REPORTED_COST, usage.path("cost").doubleValue());
            }
        }
    }

    private void put(String key, String value) {
        if (!value.isEmpty()) {
            answer.attribute(key, value);
        }
    }

    /// Tokens of the OpenAI shape; cached ones are part of the input, reasoning of the output.
    static Usage usage(JsonNode usage) {
        var input = usage.path("prompt_tokens_details");
        var output = usage.path("completion_tokens_details");
        long prompt = Json.count(usage, "prompt_tokens");
        long completion = Json.count(usage, "completion_tokens");
        long reasoning = Json.count(output, "reasoning_tokens");
        long total = Json.count(usage, "total_tokens");
        if (reasoning > 0 && total == prompt + completion + reasoning) {
            // xAI counts reasoning beside the completion.
            completion += reasoning;
        }
        var other = new HashMap<String, Long>();
        add(other, "input_audio_tokens", Json.count(input, "audio_tokens"));
        add(other, "output_audio_tokens", Json.count(output, "audio_tokens"));
        add(other, "input_image_tokens", Json.count(input, "image_tokens"));
        add(other, "output_image_tokens", Json.count(output, "image_tokens"));
        long cached = Json.count(input, "cached_tokens");
        return new Usage(
                prompt,
                completion,
                cached > 0 ? cached : Json.count(usage, "prompt_cache_hit_tokens"),
                Json.count(input, "cache_write_tokens"),
                reasoning,
                other,
                false);
    }

    static void add(Map<String, Long> counts, String key, long count) {
        if (count > 0) {
            counts.put(key, count);
        }
    }
}
