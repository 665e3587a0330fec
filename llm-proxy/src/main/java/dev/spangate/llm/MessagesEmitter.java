package dev.spangate.llm;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes answers as Anthropic Messages: blocks follow each other, so that a call whose pieces come
/// between another's waits until that one is whole.
final class MessagesEmitter extends Emitter {
    private final Deque<CallText> waiting = new ArrayDeque<>();
    private final Map<CallText, Integer> written = new HashMap<>();
    private boolean started;
    private int index = -1;
    private String open = "";
    private @Nullable CallText openCall;

    @Override
    public void text(String piece) {
        block("text", null);
        delta(delta("text_delta").put("text", piece));
    }

    @Override
    public void thinking(String piece) {
        block("thinking", null);
        delta(delta("thinking_delta").put("thinking", piece));
    }

    @Override
    public void arguments(CallText call, String piece) {
        if (call.isByProvider()) {
            return;
        }
        var current = openCall;
        if (current != null && current != call && !current.actionable()) {
            if (!waiting.contains(call)) {
                waiting.add(call);
            }
            return;
        }
        waiting.remove(call);
        pieces(call);
    }

    @Override
    public void callComplete(CallText call) {
        arguments(call, "");
        if (openCall != null && openCall.actionable()) {
            releaseWaiting();
        }
    }

    private void releaseWaiting() {
        while (!waiting.isEmpty() && (openCall == null || openCall.actionable())) {
            pieces(waiting.remove());
        }
    }

    /// Everything of the call that is not written yet.
    private void pieces(CallText call) {
        block("tool_use", call);
        String all = call.rawArguments();
        int from = written.getOrDefault(call, 0);
        if (all.length() > from) {
            delta(delta("input_json_delta").put("partial_json", all.substring(from)));
            written.put(call, all.length());
        }
    }

    private void block(String type, @Nullable CallText call) {
        start();
        if (open.equals(type) && openCall == call) {
            return;
        }
        stopBlock();
        index++;
        open = type;
        openCall = call;
        var block = Json.nodes().objectNode().put("type", type);
        switch (type) {
            case "text" -> block.put("text", "");
            case "thinking" -> block.put("thinking", "").put("signature", "");
            default -> {
                var sent = Objects.requireNonNull(call).toolCall();
                block.put("id", sent.id() == null ? "" : sent.id()).put("name", sent.name());
                block.putObject("input");
            }
        }
        var event = event("content_block_start").put("index", index);
        event.set("content_block", block);
        send(event);
    }

    private void stopBlock() {
        if (!open.isEmpty()) {
            send(event("content_block_stop").put("index", index));
            open = "";
            openCall = null;
        }
    }

    private void start() {
        if (started) {
            return;
        }
        started = true;
        var message = envelope();
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.putObject("usage").put("input_tokens", 0).put("output_tokens", 0);
        var event = event("message_start");
        event.set("message", message);
        send(event);
    }

    @Override
    void finish(Stop stop) {
        start();
        while (!waiting.isEmpty()) {
            pieces(waiting.remove());
        }
        stopBlock();
        var event = event("message_delta");
        event.putObject("delta").put("stop_reason", reason(stop)).putNull("stop_sequence");
        event.set("usage", usage());
        send(event);
        send(event("message_stop"));
    }

    @Override
    void broken(String type, String message) {
        var event = event("error");
        event.putObject("error").put("type", "api_error").put("message", type + ": " + message);
        send(event);
    }

    @Override
    JsonNode whole() {
        take();
        var message = envelope();
        var content = message.putArray("content");
        for (String text : answer().thinking()) {
            content.addObject().put("type", "thinking").put("thinking", text).put("signature", "");
        }
        answer().texts().forEach(t -> content.addObject().put("type", "text").put("text", t));
        for (var call : answer().calls()) {
            if (call.isByProvider()) {
                continue;
            }
            var sent = call.toolCall();
            var block = content.addObject().put("type", "tool_use");
            block.put("id", sent.id() == null ? "" : sent.id()).put("name", sent.name());
            var input = Json.object(sent.arguments());
            block.set("input", input.orElseGet(() -> Json.nodes().objectNode()));
        }
        message.put("stop_reason", reason(stop())).putNull("stop_sequence");
        message.set("usage", usage());
        return message;
    }

    @Override
    byte[] error(int status, String type, String message) {
        return ErrorBodies.anthropic(status, message);
    }

    private ObjectNode envelope() {
        return Json.nodes()
                .objectNode()
                .put("id", answer().id() == null ? "msg_translated" : answer().id())
                .put("type", "message")
                .put("role", "assistant")
                .put("model", answer().model() == null ? "" : answer().model());
    }

    /// Anthropic counts cached tokens beside the input.
    private ObjectNode usage() {
        var node = Json.nodes().objectNode();
        var usage = answer().usage();
        if (usage != null) {
            node.put("input_tokens", usage.input() - usage.cacheRead() - usage.cacheWrite())
                    .put("cache_creation_input_tokens", usage.cacheWrite())
                    .put("cache_read_input_tokens", usage.cacheRead())
                    .put("output_tokens", usage.output());
        } else {
            node.put("input_tokens", 0).put("output_tokens", 0);
        }
        return node;
    }

    private void delta(ObjectNode delta) {
        var event = event("content_block_delta").put("index", index);
        event.set("delta", delta);
        send(event);
    }

    private static ObjectNode delta(String type) {
        return Json.nodes().objectNode().put("type", type);
    }

    private static ObjectNode event(String type) {
        return Json.nodes().objectNode().put("type", type);
    }

    private void send(ObjectNode event) {
        write("event: " + Json.text(event, "type") + "\ndata: " + Json.write(event) + "\n\n");
    }

    private static String reason(Stop stop) {
        return switch (stop) {
            case END -> "end_turn";
            case LENGTH -> "max_tokens";
            case TOOLS -> "tool_use";
            case FILTER -> "refusal";
        };
    }
}
