package dev.spangate.llm;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes answers as Chat Completions.
final class ChatEmitter extends Emitter {
    private final long created = System.currentTimeMillis() / 1000;
    private final Map<CallText, Integer> announced = new HashMap<>();

    @Override
    public void firstToken() {
        chunk(Json.nodes().objectNode().put("role", "assistant").put("content", ""), null);
    }

    @Override
    public void text(String piece) {
        chunk(Json.nodes().objectNode().put("content", piece), null);
    }

    @Override
    public void thinking(String piece) {
        chunk(Json.nodes().objectNode().put("reasoning_content", piece), null);
    }

    @Override
    public void arguments(CallText call, String piece) {
        if (call.isByProvider()) {
            return;
        }
        var delta = Json.nodes().objectNode();
        var entry = delta.putArray("tool_calls").addObject();
        var known = announced.get(call);
        int index = known == null ? announced.size() : known;
        entry.put("index", index);
        if (known == null) {
            announced.put(call, index);
            var sent = call.toolCall();
            entry.put("id", sent.id() == null ? "" : sent.id()).put("type", "function");
            entry.putObject("function").put("name", sent.name()).put("arguments", piece);
        } else {
            entry.putObject("function").put("arguments", piece);
        }
        chunk(delta, null);
    }

    @Override
    public void callComplete(CallText call) {
        if (call.length() == 0) {
            arguments(call, "{}");
        }
    }

    @Override
    void finish(Stop stop) {
        chunk(Json.nodes().objectNode(), reason(stop));
        var last = envelope("chat.completion.chunk");
        last.putArray("choices");
        addUsage(last);
        write("data: " + Json.write(last) + "\n\ndata: [DONE]\n\n");
    }

    @Override
    void broken(String type, String message) {
        var error = Json.nodes().objectNode();
        error.putObject("error").put("message", message).put("type", type).put("code", type);
        write("data: " + Json.write(error) + "\n\n");
    }

    @Override
    JsonNode whole() {
        take();
        var body = envelope("chat.completion");
        var choice = body.putArray("choices").addObject().put("index", 0);
        var message = choice.putObject("message").put("role", "assistant");
        var texts = answer().texts();
        message.put("content", texts.isEmpty() ? null : String.join("", texts));
        if (!answer().thinking().isEmpty()) {
            message.put("reasoning_content", String.join("", answer().thinking()));
        }
        for (var call : answer().calls()) {
            if (!call.isByProvider()) {
                var sent = call.toolCall();
                ChatJson.addCall(message, sent.id(), sent.name(), sent.arguments());
            }
        }
        choice.put("finish_reason", reason(stop()));
        addUsage(body);
        return body;
    }

    @Override
    byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    private void chunk(ObjectNode delta, @Nullable String finish) {
        var chunk = envelope("chat.completion.chunk");
        var choice = chunk.putArray("choices").addObject().put("index", 0);
        choice.set("delta", delta);
        choice.put("finish_reason", finish);
        write("data: " + Json.write(chunk) + "\n\n");
    }

    private ObjectNode envelope(String object) {
        var envelope = Json.nodes().objectNode();
        envelope.put("id", answer().id() == null ? "chatcmpl-translated" : answer().id());
        envelope.put("object", object).put("created", created);
        envelope.put("model", answer().model() == null ? "" : answer().model());
        return envelope;
    }

    private void addUsage(ObjectNode body) {
        var usage = answer().usage();
        if (usage == null) {
            return;
        }
        var node = body.putObject("usage");
        node.put("prompt_tokens", usage.input())
                .put("completion_tokens", usage.output())
                .put("total_tokens", usage.input() + usage.output());
        node.putObject("prompt_tokens_details")
                .put("cached_tokens", usage.cacheRead())
                .put("cache_write_tokens", usage.cacheWrite());
        node.putObject("completion_tokens_details").put("reasoning_tokens", usage.reasoning());
    }

    private static String reason(Stop stop) {
        return switch (stop) {
            case END -> "stop";
            case LENGTH -> "length";
            case TOOLS -> "tool_calls";
            case FILTER -> "content_filter";
        };
    }
}
