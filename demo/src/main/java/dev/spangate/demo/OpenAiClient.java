package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A conversation over OpenAI Chat Completions.
final class OpenAiClient implements LlmClient {
    private final HttpModel http;
    private final String model;
    private final List<Object> messages = new ArrayList<>();

    OpenAiClient(HttpModel http, String model, String system) {
        this.http = http;
        this.model = model;
        messages.add(object("role", "system", "content", system));
    }

    @Override
    public void user(String text) {
        messages.add(object("role", "user", "content", text));
    }

    @Override
    public Answer next(List<SampleTool> tools) {
        var definitions =
                tools.stream()
                        .map(tool -> object("type", "function", "function", function(tool)))
                        .toList();
        var body = object("model", model, "messages", messages, "tools", definitions);
        var heard = new Heard();
        if (http.stream()) {
            body.put("stream", true);
            http.stream(body, chunk -> heard.delta(chunk.path("choices").path(0).path("delta")));
        } else {
            heard.delta(http.post(body).path("choices").path(0).path("message"));
        }
        messages.add(heard.message());
        return heard.answer();
    }

    @Override
    public void results(List<Result> results) {
        for (Result result : results) {
            messages.add(
                    object(
                            "role", "tool",
                            "tool_call_id", result.call().id(),
                            "content", result.outcome().text()));
        }
    }

    private static Map<String, @Nullable Object> function(SampleTool tool) {
        return object(
                "name", tool.name(),
                "description", tool.description(),
                "parameters", tool.schema());
    }

    /// The message of the assistant, put together from its deltas; a whole message is one delta.
    private static final class Heard {
        private final StringBuilder text = new StringBuilder();
        private final Map<Integer, CallPieces> calls = new TreeMap<>();

        void delta(JsonNode delta) {
            text.append(Json.text(delta, "content"));
            int position = 0;
            for (JsonNode call : Json.items(delta.path("tool_calls"))) {
                int index = call.path("index").asInt(position++);
                calls.computeIfAbsent(index, i -> new CallPieces()).add(call);
            }
        }

        Object message() {
            var message =
                    object("role", "assistant", "content", text.isEmpty() ? null : text.toString());
            if (!calls.isEmpty()) {
                message.put("tool_calls", calls.values().stream().map(CallPieces::echo).toList());
            }
            return message;
        }

        Answer answer() {
            return new Answer(
                    text.toString(), calls.values().stream().map(CallPieces::call).toList());
        }
    }

    private static final class CallPieces {
        private String id = "";
        private String name = "";
        private final StringBuilder arguments = new StringBuilder();

        void add(JsonNode call) {
            JsonNode function = call.path("function");
            id = id + Json.text(call, "id");
            name = name + Json.text(function, "name");
            arguments.append(Json.text(function, "arguments"));
        }

        Object echo() {
            return object(
                    "id",
                    id,
                    "type",
                    "function",
                    "function",
                    object("name", name, "arguments", arguments.toString()));
        }

        Call call() {
            return new Call(id, name, Json.map(Json.read(arguments.toString())));
        }
    }
}
