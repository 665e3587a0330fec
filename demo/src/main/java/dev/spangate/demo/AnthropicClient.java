package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A conversation over Anthropic Messages.
final class AnthropicClient implements LlmClient {
    private static final int MAX_TOKENS = 1024;

    private final HttpModel http;
    private final String model;
    private final String system;
    private final List<Object> messages = new ArrayList<>();

    AnthropicClient(HttpModel http, String model, String system) {
        this.http = http;
        this.model = model;
        this.system = system;
    }

    @Override
    public void user(String text) {
        messages.add(object("role", "user", "content", text));
    }

    @Override
    public Answer next(List<SampleTool> tools) {
        var body =
                object(
                        "model", model,
                        "max_tokens", MAX_TOKENS,
                        "system", system,
                        "messages", messages,
                        "tools", tools.stream().map(AnthropicClient::definition).toList());
        var blocks = new TreeMap<Integer, Block>();
        if (http.stream()) {
            body.put("stream", true);
            http.stream(body, event -> hear(event, blocks));
        } else {
            int index = 0;
            for (JsonNode block : Json.items(http.post(body).path("content"))) {
                blocks.put(index++, new Block(block));
            }
        }
        messages.add(
                object(
                        "role",
                        "assistant",
                        "content",
                        blocks.values().stream().map(Block::echo).toList()));
        return answer(List.copyOf(blocks.values()));
    }

    @Override
    public void results(List<Result> results) {
        var blocks = new ArrayList<Object>();
        for (Result result : results) {
            blocks.add(
                    object(
                            "type", "tool_result",
                            "tool_use_id", result.call().id(),
                            "content", result.outcome().text(),
                            "is_error", result.outcome().error()));
        }
        messages.add(object("role", "user", "content", blocks));
    }

    private static Object definition(SampleTool tool) {
        return object(
                "name", tool.name(),
                "description", tool.description(),
                "input_schema", tool.schema());
    }

    private static void hear(JsonNode event, Map<Integer, Block> blocks) {
        int index = event.path("index").asInt(0);
        switch (Json.text(event, "type")) {
            case "content_block_start" -> blocks.put(index, new Block(event.path("content_block")));
            case "content_block_delta" -> {
                Block block = blocks.get(index);
                if (block != null) {
                    block.add(event.path("delta"));
                }
            }
            case "error" -> throw new IllegalStateException(event.toString());
            default -> {
                // the other events do not matter to an answer
            }
        }
    }

    private static Answer answer(List<Block> blocks) {
        var text = new StringBuilder();
        var calls = new ArrayList<Call>();
        for (Block block : blocks) {
            text.append(block.text);
            Call call = block.call();
            if (call != null) {
                calls.add(call);
            }
        }
        return new Answer(text.toString(), calls);
    }

    /// A content block, put together from its deltas.
    private static final class Block {
        private final JsonNode start;
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder input = new StringBuilder();

        Block(JsonNode start) {
            this.start = start;
            text.append(Json.text(start, "text"));
        }

        void add(JsonNode delta) {
            text.append(Json.text(delta, "text"));
            input.append(Json.text(delta, "partial_json"));
        }

        @Nullable Call call() {
            return tool()
                    ? new Call(Json.text(start, "id"), Json.text(start, "name"), Json.map(input()))
                    : null;
        }

        Object echo() {
            return tool()
                    ? object(
                            "type", "tool_use",
                            "id", Json.text(start, "id"),
                            "name", Json.text(start, "name"),
                            "input", input())
                    : object("type", "text", "text", text.toString());
        }

        private boolean tool() {
            return Json.text(start, "type").equals("tool_use");
        }

        private JsonNode input() {
            return input.isEmpty() ? start.path("input") : Json.read(input.toString());
        }
    }
}
