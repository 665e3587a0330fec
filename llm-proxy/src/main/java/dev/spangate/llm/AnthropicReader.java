package dev.spangate.llm;

import dev.spangate.linking.Usage;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Reads Anthropic answers: `message` objects and the events of a message stream.
final class AnthropicReader extends JsonFrameReader {
    private static final byte[][] MARKS =
            marks("content_block_st", "input_json_delta", "message_delta", "message_stop");

    /// Calls by block index, while their blocks are open.
    private final Map<Integer, CallText> open = new HashMap<>();

    private final Map<String, Long> tokens = new HashMap<>();

    AnthropicReader(Answer answer) {
        super(answer, MARKS);
    }

    @Override
    void event(String name, JsonNode event) {
        int index = event.path("index").asInt(0);
        switch (Json.text(event, "type")) {
            case "message_start" -> start(event.path("message"));
            case "content_block_start" -> blockStart(index, event.path("content_block"));
            case "content_block_delta" -> delta(index, event.path("delta"));
            case "content_block_stop" -> blockStop(index);
            case "message_delta" -> messageDelta(event);
            case "message_stop" -> stop();
            case "error" -> failed(event);
            default -> {
                // ping, and whatever comes later: relayed, nothing to read.
            }
        }
    }

    @Override
    public void body(JsonNode body) {
        if (Json.text(body, "type").equals("error")) {
            failed(body);
        } else {
            start(body);
            stopReason(body);
            int index = 0;
            for (var block : body.path("content")) {
                blockStart(index, block);
                blockStop(index);
                index++;
            }
        }
        answer.over();
    }

    private void start(JsonNode message) {
        answer.id(Json.text(message, "id"));
        answer.model(Json.text(message, "model"));
        usage(message.path("usage"));
    }

    private void blockStart(int index, JsonNode block) {
        String type = Json.text(block, "type");
        switch (type) {
            case "text" -> answer.text(0, index, Json.text(block, "text"));
            case "thinking" -> answer.thinking(0, index, Json.text(block, "thinking"));
            case "redacted_thinking" -> answer.thinking(0, index, "[redacted]");
            case "tool_use", "server_tool_use", "mcp_tool_use" -> callStart(index, block, type);
            default -> {
                if (type.endsWith("tool_result")) {
                    answer.result(0, AnthropicBlocks.result(block));
                }
            }
        }
    }

    private void callStart(int index, JsonNode block, String type) {
        var call = answer.call(0, index, AnthropicBlocks.byProvider(type));
        call.named(Json.text(block, "id"), Json.text(block, "name"));
        var input = block.path("input");
        if (!input.isEmpty()) {
            answer.arguments(call, Json.write(input));
        }
        open.put(index, call);
    }

    private void delta(int index, JsonNode delta) {
        switch (Json.text(delta, "type")) {
            case "text_delta" -> answer.text(0, index, Json.text(delta, "text"));
            case "thinking_delta" -> answer.thinking(0, index, Json.text(delta, "thinking"));
            case "input_json_delta" -> {
                var call = open.get(index);
                if (call != null) {
                    answer.arguments(call, Json.text(delta, "partial_json"));
                }
            }
            default -> {
                // Signatures and citations are no content of ours.
            }
        }
    }

    private void blockStop(int index) {
        var call = open.remove(index);
        if (call != null) {
            answer.callComplete(call);
        }
    }

    private void messageDelta(JsonNode event) {
        usage(event.path("usage"));
        stopReason(event.path("delta"));
    }

    private void stopReason(JsonNode node) {
        String reason = Json.text(node, "stop_reason");
        if (reason.isEmpty()) {
            return;
        }
        answer.finish(0, reason);
        if (reason.equals("pause_turn")) {
            answer.paused();
        }
    }

    private void stop() {
        answer.complete();
        answer.over();
    }

    /// Later counts replace earlier ones: they are totals so far.
    private void usage(JsonNode usage) {
        if (!usage.isObject()) {
            return;
        }
        for (var field : usage.properties()) {
            if (field.getValue().isIntegralNumber()) {
                tokens.put(field.getKey(), Math.max(0, field.getValue().asLong(0)));
            }
        }
        long searches = Json.count(usage.path("server_tool_use"), "web_search_requests");
        if (searches > 0) {
            answer.attribute("spangate.usage.web_search_requests", searches);
        }
        long hour = Json.count(usage.path("cache_creation"), "ephemeral_1h_input_tokens");
        if (hour > 0) {
            answer.attribute(Answer.WRITTEN_FOR_AN_HOUR, hour);
        }
        answer.usage(total());
    }

    /// Anthropic counts cached tokens beside the input; the conventions count them in it.
    private Usage total() {
        long read = tokens.getOrDefault("cache_read_input_tokens", 0L);
        long written = tokens.getOrDefault("cache_creation_input_tokens", 0L);
        return new Usage(
                tokens.getOrDefault("input_tokens", 0L) + read + written,
                tokens.getOrDefault("output_tokens", 0L),
                read,
                written,
                0,
                Map.of(),
                false);
    }
}
