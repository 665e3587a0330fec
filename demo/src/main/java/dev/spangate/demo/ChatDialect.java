package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// OpenAI Chat Completions.
record ChatDialect() implements ModelDialect {
    private static final int PIECE = 12;

    @Override
    public Conversation read(JsonNode request) {
        var turns = Json.items(request.path("messages")).stream().map(ChatDialect::turn).toList();
        var offers =
                Json.items(request.path("tools")).stream()
                        .map(tool -> new Conversation.Offer(name(tool), null))
                        .toList();
        return new Conversation(Json.text(request, "model"), turns, offers);
    }

    @Override
    public String callIdPrefix() {
        return "call_";
    }

    @Override
    public Object whole(Completion completion) {
        var message = object("role", "assistant", "content", content(completion));
        if (!completion.calls().isEmpty()) {
            message.put("tool_calls", completion.calls().stream().map(ChatDialect::call).toList());
        }
        message.put("refusal", null);
        return object(
                "id", Ids.letters("chatcmpl-", 29),
                "object", "chat.completion",
                "created", Instant.now().getEpochSecond(),
                "model", completion.model(),
                "choices",
                        List.of(
                                object(
                                        "index",
                                        0,
                                        "message",
                                        message,
                                        "logprobs",
                                        null,
                                        "finish_reason",
                                        finish(completion))),
                "usage", usage(completion.tokens()),
                "system_fingerprint", "fp_scripted");
    }

    @Override
    public List<String> frames(Completion completion, JsonNode request) {
        var stream = new Stream(completion, request);
        stream.delta(
                object("role", "assistant", "content", completion.text().isEmpty() ? null : ""));
        ModelDialect.pieces(completion.text(), PIECE)
                .forEach(piece -> stream.delta(object("content", piece)));
        for (int i = 0; i < completion.calls().size(); i++) {
            stream.call(i, completion.calls().get(i));
        }
        stream.end();
        return stream.frames;
    }

    @Override
    public Object error(String type, String message) {
        return Map.of(
                "error", object("message", message, "type", type, "param", null, "code", null));
    }

    @Override
    public String requestIdHeader() {
        return "x-request-id";
    }

    private static Conversation.Turn turn(JsonNode message) {
        String role = Json.text(message, "role");
        String text = ModelDialect.textOf(message.path("content"));
        if (role.equals("tool")) {
            var result = new Conversation.Result(Json.text(message, "tool_call_id"), text);
            return new Conversation.Turn(role, "", List.of(), List.of(result));
        }
        var calls =
                Json.items(message.path("tool_calls")).stream()
                        .map(call ->
                                new Conversation.Call(
                                        Json.text(call, "id"),
                                        name(call),
                                        call.path("function").path("arguments")))
                        .toList();
        return new Conversation.Turn(
                role.equals("developer") ? "system" : role, text, calls, List.of());
    }

    private static String name(JsonNode tool) {
        return Json.text(tool.path("function"), "name");
    }

    private static @Nullable String content(Completion completion) {
        return completion.text().isEmpty() && !completion.calls().isEmpty()
                ? null
                : completion.text();
    }

    private static String finish(Completion completion) {
        return completion.calls().isEmpty() ? "stop" : "tool_calls";
    }

    private static Object call(Completion.IssuedCall call) {
        return object(
                "id", call.id(),
                "type", "function",
                "function", object("name", call.name(), "arguments", call.arguments()));
    }

    private static Object usage(Completion.Tokens tokens) {
        return object(
                "prompt_tokens", tokens.input(),
                "completion_tokens", tokens.output(),
                "total_tokens", tokens.input() + tokens.output(),
                "prompt_tokens_details", object("cached_tokens", tokens.cached()),
                "completion_tokens_details", object("reasoning_tokens", 0));
    }

    /// One stream being written.
    private static final class Stream {
        private final Completion completion;
        private final boolean includeUsage;
        private final String id = Ids.letters("chatcmpl-", 29);
        private final long created = Instant.now().getEpochSecond();
        private final List<String> frames = new ArrayList<>();

        Stream(Completion completion, JsonNode request) {
            this.completion = completion;
            this.includeUsage =
                    request.path("stream_options").path("include_usage").asBoolean(false);
        }

        void delta(Object delta) {
            chunk(List.of(object("index", 0, "delta", delta, "finish_reason", null)), null);
        }

        void call(int index, Completion.IssuedCall call) {
            var head =
                    object(
                            "index",
                            index,
                            "id",
                            call.id(),
                            "type",
                            "function",
                            "function",
                            object("name", call.name(), "arguments", ""));
            delta(object("tool_calls", List.of(head)));
            for (String piece : ModelDialect.pieces(call.arguments(), PIECE)) {
                var part = object("index", index, "function", object("arguments", piece));
                delta(object("tool_calls", List.of(part)));
            }
        }

        void end() {
            chunk(
                    List.of(
                            object(
                                    "index", 0,
                                    "delta", Map.of(),
                                    "finish_reason", finish(completion))),
                    null);
            if (includeUsage) {
                chunk(List.of(), usage(completion.tokens()));
            }
            frames.add("data: [DONE]\n\n");
        }

        private void chunk(List<Object> choices, @Nullable Object usage) {
            var chunk =
                    object(
                            "id",
                            id,
                            "object",
                            "chat.completion.chunk",
                            "created",
                            created,
                            "model",
                            completion.model(),
                            "system_fingerprint",
                            "fp_scripted",
                            "choices",
                            choices);
            if (includeUsage) {
                chunk.put("usage", usage);
            }
            frames.add("data: " + Json.write(chunk) + "\n\n");
        }
    }
}
