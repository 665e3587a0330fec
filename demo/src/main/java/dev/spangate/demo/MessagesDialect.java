package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Anthropic Messages.
record MessagesDialect() implements ModelDialect {
    private static final int PIECE = 16;

    @Override
    public Conversation read(JsonNode request) {
        var turns = new ArrayList<Conversation.Turn>();
        String system = ModelDialect.textOf(request.path("system"));
        if (!system.isEmpty()) {
            turns.add(Conversation.Turn.of("system", system));
        }
        Json.items(request.path("messages")).forEach(message -> turns.add(turn(message)));
        var offers =
                Json.items(request.path("tools")).stream()
                        .map(tool -> new Conversation.Offer(Json.text(tool, "name"), null))
                        .toList();
        return new Conversation(Json.text(request, "model"), turns, offers);
    }

    @Override
    public String callIdPrefix() {
        return "toolu_";
    }

    @Override
    public Object whole(Completion completion) {
        var blocks = new ArrayList<Object>();
        if (!completion.text().isEmpty() || completion.calls().isEmpty()) {
            blocks.add(object("type", "text", "text", completion.text()));
        }
        completion.calls().forEach(call -> blocks.add(block(call, Json.read(call.arguments()))));
        return message(completion, blocks, stop(completion), completion.tokens().output());
    }

    @Override
    public List<String> frames(Completion completion, JsonNode request) {
        var frames = new ArrayList<String>();
        var start = message(completion, List.of(), null, 1);
        frame(frames, "message_start", object("message", start));
        frame(frames, "ping", object());
        int index = 0;
        if (!completion.text().isEmpty() || completion.calls().isEmpty()) {
            text(frames, index++, completion.text());
        }
        for (Completion.IssuedCall call : completion.calls()) {
            toolUse(frames, index++, call);
        }
        frame(
                frames,
                "message_delta",
                object(
                        "delta", object("stop_reason", stop(completion), "stop_sequence", null),
                        "usage", object("output_tokens", completion.tokens().output())));
        frame(frames, "message_stop", object());
        return frames;
    }

    @Override
    public Object error(String type, String message) {
        return object("type", "error", "error", object("type", type, "message", message));
    }

    @Override
    public String requestIdHeader() {
        return "request-id";
    }

    private static Conversation.Turn turn(JsonNode message) {
        var calls = new ArrayList<Conversation.Call>();
        var results = new ArrayList<Conversation.Result>();
        for (JsonNode block : Json.items(message.path("content"))) {
            switch (Json.text(block, "type")) {
                case "tool_use" ->
                        calls.add(
                                new Conversation.Call(
                                        Json.text(block, "id"),
                                        Json.text(block, "name"),
                                        block.path("input")));
                case "tool_result" ->
                        results.add(
                                new Conversation.Result(
                                        Json.text(block, "tool_use_id"),
                                        ModelDialect.textOf(block.path("content"))));
                default -> {
                    // text is read below, the rest does not matter to a script
                }
            }
        }
        String text = ModelDialect.textOf(message.path("content"));
        return new Conversation.Turn(Json.text(message, "role"), text, calls, results);
    }

    private static Map<String, ?> message(
            Completion completion, List<Object> blocks, @Nullable String stopReason, int output) {
        var tokens = completion.tokens();
        return object(
                "id",
                Ids.letters("msg_01", 22),
                "type",
                "message",
                "role",
                "assistant",
                "model",
                completion.model(),
                "content",
                blocks,
                "stop_reason",
                stopReason,
                "stop_sequence",
                null,
                "usage",
                object(
                        "input_tokens",
                        tokens.input() - tokens.cached(),
                        "cache_creation_input_tokens",
                        0,
                        "cache_read_input_tokens",
                        tokens.cached(),
                        "output_tokens",
                        output,
                        "service_tier",
                        "standard"));
    }

    private static String stop(Completion completion) {
        return completion.calls().isEmpty() ? "end_turn" : "tool_use";
    }

    private static Object block(Completion.IssuedCall call, Object input) {
        return object("type", "tool_use", "id", call.id(), "name", call.name(), "input", input);
    }

    private static void text(List<String> frames, int index, String text) {
        start(frames, index, object("type", "text", "text", ""));
        for (String piece : ModelDialect.pieces(text, PIECE)) {
            delta(frames, index, object("type", "text_delta", "text", piece));
        }
        frame(frames, "content_block_stop", object("index", index));
    }

    private static void toolUse(List<String> frames, int index, Completion.IssuedCall call) {
        start(frames, index, block(call, Map.of()));
        delta(frames, index, object("type", "input_json_delta", "partial_json", ""));
        for (String piece : ModelDialect.pieces(call.arguments(), PIECE)) {
            delta(frames, index, object("type", "input_json_delta", "partial_json", piece));
        }
        frame(frames, "content_block_stop", object("index", index));
    }

    private static void start(List<String> frames, int index, Object block) {
        frame(frames, "content_block_start", object("index", index, "content_block", block));
    }

    private static void delta(List<String> frames, int index, Object delta) {
        frame(frames, "content_block_delta", object("index", index, "delta", delta));
    }

    private static void frame(List<String> frames, String event, Map<String, ?> fields) {
        var data = object("type", event);
        data.putAll(fields);
        frames.add("event: " + event + "\ndata: " + Json.write(data) + "\n\n");
    }
}
