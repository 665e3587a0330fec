package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.spangate.linking.Usage;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Reads Converse answers: whole, and the messages of ConverseStream.
final class BedrockReader extends JsonFrameReader {
    private static final byte[] TEXT = "contentBlockDelta".getBytes(US_ASCII);
    private static final byte[] TOOL = "toolUse".getBytes(US_ASCII);

    private final Map<Integer, CallText> open = new HashMap<>();

    BedrockReader(Answer answer) {
        super(answer, marks());
    }

    /// Everything but a piece of text.
    @Override
    public boolean critical(Frame frame) {
        return !frame.contains(TEXT) || frame.contains(TOOL);
    }

    @Override
    void event(String name, JsonNode event) {
        int index = event.path("contentBlockIndex").asInt(0);
        switch (name) {
            case "contentBlockStart" -> start(index, event.path("start").path("toolUse"));
            case "contentBlockDelta" -> delta(index, event.path("delta"));
            case "contentBlockStop" -> stop(index);
            case "messageStop" -> answer.finish(0, Json.text(event, "stopReason"));
            case "metadata" -> metadata(event);
            default -> {
                if (name.startsWith("!")) {
                    answer.failed(name.substring(1), Json.text(event, "message"));
                }
            }
        }
    }

    private void start(int index, JsonNode use) {
        if (use.isObject()) {
            var call = answer.call(0, index, false);
            call.named(Json.text(use, "toolUseId"), Json.text(use, "name"));
            open.put(index, call);
        }
    }

    private void delta(int index, JsonNode delta) {
        answer.text(0, index, Json.text(delta, "text"));
        answer.thinking(0, index, Json.text(delta.path("reasoningContent"), "text"));
        var call = open.get(index);
        if (call != null) {
            answer.arguments(call, Json.text(delta.path("toolUse"), "input"));
        }
    }

    private void stop(int index) {
        var call = open.remove(index);
        if (call != null) {
            answer.callComplete(call);
        }
    }

    private void metadata(JsonNode event) {
        usage(event.path("usage"));
        answer.over();
    }

    @Override
    public void body(JsonNode body) {
        var content = body.path("output").path("message").path("content");
        int index = 0;
        for (var block : content) {
            block(index++, block);
        }
        String reason = Json.text(body, "stopReason");
        if (!reason.isEmpty()) {
            answer.finish(0, reason);
        }
        usage(body.path("usage"));
        if (body.has("message") && !body.has("output")) {
            String known = answer.errorType() == null ? "provider_error" : answer.errorType();
            answer.failed(Json.errorType(body, known), Json.text(body, "message"));
        }
        answer.over();
    }

    private void block(int index, JsonNode block) {
        answer.text(0, index, Json.text(block, "text"));
        answer.thinking(
                0, index, Json.text(block.path("reasoningContent").path("reasoningText"), "text"));
        if (block.has("toolUse")) {
            var use = BedrockBlocks.call(block.path("toolUse")).toolCall();
            var call = answer.call(0, index, false);
            call.named(use.id(), use.name());
            answer.arguments(call, use.arguments());
            answer.callComplete(call);
        }
    }

    /// Cached tokens are counted beside the input; the conventions count them in it.
    private void usage(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        long read = Json.count(usage, "cacheReadInputTokens");
        long written = Json.count(usage, "cacheWriteInputTokens");
        answer.usage(
                new Usage(
                        Json.count(usage, "inputTokens") + read + written,
                        Json.count(usage, "outputTokens"),
                        read,
                        written,
                        0,
                        Map.of(),
                        false));
    }
}
