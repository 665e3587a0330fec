package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// OpenAI Responses.
record ResponsesDialect() implements ModelDialect {
    private static final int PIECE = 12;

    @Override
    public Conversation read(JsonNode request) {
        var turns = new ArrayList<Conversation.Turn>();
        String instructions = Json.text(request, "instructions");
        if (!instructions.isEmpty()) {
            turns.add(Conversation.Turn.of("system", instructions));
        }
        JsonNode input = request.path("input");
        if (input.isString()) {
            turns.add(Conversation.Turn.of("user", input.asString()));
        }
        Json.items(input).forEach(item -> turns.add(turn(item)));
        return new Conversation(Json.text(request, "model"), turns, offers(request));
    }

    @Override
    public String callIdPrefix() {
        return "call_";
    }

    @Override
    public Object whole(Completion completion) {
        return response(Ids.hex("resp_", 48), completion, "completed", output(completion));
    }

    @Override
    public List<String> frames(Completion completion, JsonNode request) {
        var frames = new Frames();
        String id = Ids.hex("resp_", 48);
        var started = response(id, completion, "in_progress", List.of());
        frames.add("response.created", object("response", started));
        frames.add("response.in_progress", object("response", started));
        var output = output(completion);
        for (int i = 0; i < output.size(); i++) {
            frames.item(i, output.get(i));
        }
        frames.add(
                "response.completed",
                object("response", response(id, completion, "completed", output)));
        return frames.list;
    }

    @Override
    public Object error(String type, String message) {
        return new ChatDialect().error(type, message);
    }

    @Override
    public String requestIdHeader() {
        return "x-request-id";
    }

    private static List<Conversation.Offer> offers(JsonNode request) {
        var offers = new ArrayList<Conversation.Offer>();
        for (JsonNode tool : Json.items(request.path("tools"))) {
            String name = Json.text(tool, "name");
            if (Json.text(tool, "type").equals("namespace")) {
                Json.items(tool.path("tools"))
                        .forEach(inner ->
                                offers.add(new Conversation.Offer(Json.text(inner, "name"), name)));
            } else if (!name.isEmpty()) {
                offers.add(new Conversation.Offer(name, null));
            }
        }
        return offers;
    }

    private static Conversation.Turn turn(JsonNode item) {
        return switch (Json.text(item, "type")) {
            case "function_call" ->
                    new Conversation.Turn(
                            "assistant",
                            "",
                            List.of(
                                    new Conversation.Call(
                                            Json.text(item, "call_id"),
                                            Json.text(item, "name"),
                                            item.path("arguments"))),
                            List.of());
            case "function_call_output" ->
                    new Conversation.Turn(
                            "tool",
                            "",
                            List.of(),
                            List.of(
                                    new Conversation.Result(
                                            Json.text(item, "call_id"),
                                            ModelDialect.textOf(item.path("output")))));
            default -> {
                String role = Json.text(item, "role");
                yield Conversation.Turn.of(
                        role.equals("developer") ? "system" : role,
                        ModelDialect.textOf(item.path("content")));
            }
        };
    }

    private static List<Map<String, ?>> output(Completion completion) {
        var items = new ArrayList<Map<String, ?>>();
        if (!completion.text().isEmpty() || completion.calls().isEmpty()) {
            var part =
                    object(
                            "type", "output_text",
                            "text", completion.text(),
                            "annotations", List.of());
            items.add(
                    object(
                            "type", "message",
                            "id", Ids.hex("msg_", 48),
                            "status", "completed",
                            "role", "assistant",
                            "content", List.of(part)));
        }
        for (Completion.IssuedCall call : completion.calls()) {
            var item =
                    object(
                            "type", "function_call",
                            "id", Ids.hex("fc_", 48),
                            "call_id", call.id(),
                            "name", call.name(),
                            "arguments", call.arguments(),
                            "status", "completed");
            if (call.namespace() != null) {
                item.put("namespace", call.namespace());
            }
            items.add(item);
        }
        return items;
    }

    private static Object response(
            String id, Completion completion, String status, List<Map<String, ?>> output) {
        var tokens = completion.tokens();
        var usage =
                object(
                        "input_tokens", tokens.input(),
                        "input_tokens_details", object("cached_tokens", tokens.cached()),
                        "output_tokens", tokens.output(),
                        "output_tokens_details", object("reasoning_tokens", 0),
                        "total_tokens", tokens.input() + tokens.output());
        return object(
                "id",
                id,
                "object",
                "response",
                "created_at",
                Instant.now().getEpochSecond(),
                "status",
                status,
                "error",
                null,
                "model",
                completion.model(),
                "output",
                output,
                "parallel_tool_calls",
                true,
                "store",
                false,
                "usage",
                status.equals("completed") ? usage : null);
    }

    /// The frames of one stream, numbered.
    private static final class Frames {
        private final List<String> list = new ArrayList<>();

        void add(String event, Map<String, ?> fields) {
            var data = object("type", event, "sequence_number", list.size());
            data.putAll(fields);
            list.add("event: " + event + "\ndata: " + Json.write(data) + "\n\n");
        }

        void item(int index, Map<String, ?> item) {
            boolean message = "message".equals(item.get("type"));
            var open = object();
            open.putAll(item);
            open.put("status", "in_progress");
            open.put(message ? "content" : "arguments", message ? List.of() : "");
            add("response.output_item.added", object("output_index", index, "item", open));
            String id = String.valueOf(item.get("id"));
            if (message) {
                text(index, id, Json.text(Json.tree(item).path("content").path(0), "text"));
            } else {
                arguments(index, id, String.valueOf(item.get("arguments")));
            }
            add("response.output_item.done", object("output_index", index, "item", item));
        }

        private void text(int index, String id, String text) {
            for (String piece : ModelDialect.pieces(text, PIECE)) {
                add(
                        "response.output_text.delta",
                        object(
                                "item_id", id,
                                "output_index", index,
                                "content_index", 0,
                                "delta", piece));
            }
            add(
                    "response.output_text.done",
                    object("item_id", id, "output_index", index, "content_index", 0, "text", text));
        }

        private void arguments(int index, String id, String arguments) {
            for (String piece : ModelDialect.pieces(arguments, PIECE)) {
                add(
                        "response.function_call_arguments.delta",
                        object("item_id", id, "output_index", index, "delta", piece));
            }
            add(
                    "response.function_call_arguments.done",
                    object("item_id", id, "output_index", index, "arguments", arguments));
        }
    }
}
