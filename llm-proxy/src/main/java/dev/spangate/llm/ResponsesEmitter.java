package dev.spangate.llm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes answers as Responses.
final class ResponsesEmitter extends Emitter {
    private static final String ID = "resp_translated";

    private final ToolNames names;
    private final long created = System.currentTimeMillis() / 1000;
    private final List<ObjectNode> items = new ArrayList<>();
    private final Map<CallText, Integer> calls = new HashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder thought = new StringBuilder();
    private int sequence;
    private int open = -1;
    private String openType = "";
    private boolean started;

    ResponsesEmitter(ToolNames names) {
        this.names = names;
    }

    @Override
    public void text(String piece) {
        if (!openType.equals("message")) {
            closeItem();
            var item = item("message", "msg").put("role", "assistant");
            item.putArray("content");
            added(item);
            var part = event("response.content_part.added").put("content_index", 0);
            part.set("part", textPart(""));
            send(part.put("item_id", itemId()).put("output_index", open));
        }
        text.append(piece);
        send(
                event("response.output_text.delta")
                        .put("item_id", itemId())
                        .put("output_index", open)
                        .put("content_index", 0)
                        .put("delta", piece));
    }

    @Override
    public void thinking(String piece) {
        if (!openType.equals("reasoning")) {
            closeItem();
            var item = item("reasoning", "rs");
            item.putArray("summary");
            added(item);
        }
        thought.append(piece);
        send(
                event("response.reasoning_summary_text.delta")
                        .put("item_id", itemId())
                        .put("output_index", open)
                        .put("summary_index", 0)
                        .put("delta", piece));
    }

    @Override
    public void arguments(CallText call, String piece) {
        if (call.isByProvider() || call.toolCall().name().isEmpty()) {
            return;
        }
        if (!calls.containsKey(call)) {
            closeItem();
            var item = callItem(call, "");
            calls.put(call, items.size());
            added(item.put("status", "in_progress"));
            openType = "";
        }
        int index = calls.get(call);
        if (!piece.isEmpty() && !isCustom(call)) {
            send(
                    event("response.function_call_arguments.delta")
                            .put("item_id", Json.text(items.get(index), "id"))
                            .put("output_index", index)
                            .put("delta", piece));
        }
    }

    @Override
    public void callComplete(CallText call) {
        arguments(call, "");
        var index = calls.get(call);
        if (index != null) {
            var item = callItem(call, call.toolCall().arguments());
            item.put("id", Json.text(items.get(index), "id")).put("status", "completed");
            done(index, item);
        }
    }

    @Override
    void finish(Stop stop) {
        start();
        closeItem();
        boolean whole = stop == Stop.END || stop == Stop.TOOLS;
        var event = event(whole ? "response.completed" : "response.incomplete");
        event.set("response", response(stop));
        send(event);
    }

    @Override
    void broken(String type, String message) {
        start();
        var response = envelope("failed");
        response.putObject("error").put("code", type).put("message", message);
        var event = event("response.failed");
        event.set("response", response);
        send(event);
    }

    @Override
    JsonNode whole() {
        closeItem();
        take();
        return response(stop());
    }

    @Override
    byte[] error(int status, String type, String message) {
        return ErrorBodies.openAi(type, message);
    }

    private ObjectNode callItem(CallText call, String arguments) {
        var sent = call.toolCall();
        var tool = names.of(sent.name());
        boolean custom = tool != null && tool.custom();
        var item = item(custom ? "custom_tool_call" : "function_call", "fc");
        item.put("call_id", sent.id() == null ? "" : sent.id());
        item.put("name", tool == null ? sent.name() : tool.name());
        if (tool != null && !tool.space().isEmpty()) {
            item.put("namespace", tool.space());
        }
        if (custom) {
            item.put("input", Json.object(arguments).map(a -> Json.text(a, "input")).orElse(""));
        } else {
            item.put("arguments", arguments);
        }
        return item;
    }

    private boolean isCustom(CallText call) {
        var tool = names.of(call.toolCall().name());
        return tool != null && tool.custom();
    }

    private ObjectNode item(String type, String prefix) {
        return Json.nodes()
                .objectNode()
                .put("type", type)
                .put("id", prefix + "_" + items.size() + "_" + created)
                .put("status", "in_progress");
    }

    private void added(ObjectNode item) {
        start();
        open = items.size();
        openType = Json.text(item, "type");
        items.add(item);
        var event = event("response.output_item.added").put("output_index", open);
        event.set("item", item);
        send(event);
    }

    /// Ends the open message or reasoning; calls end by themselves.
    private void closeItem() {
        if (openType.equals("message")) {
            var item = items.get(open).deepCopy();
            item.putArray("content").add(textPart(text.toString()));
            send(
                    event("response.output_text.done")
                            .put("item_id", itemId())
                            .put("output_index", open)
                            .put("content_index", 0)
                            .put("text", text.toString()));
            done(open, item.put("status", "completed"));
        } else if (openType.equals("reasoning")) {
            var item = items.get(open).deepCopy();
            item.putArray("summary")
                    .addObject()
                    .put("type", "summary_text")
                    .put("text", thought.toString());
            done(open, item.put("status", "completed"));
        }
        openType = "";
        text.setLength(0);
        thought.setLength(0);
    }

    private void done(int index, ObjectNode item) {
        items.set(index, item);
        var event = event("response.output_item.done").put("output_index", index);
        event.set("item", item);
        send(event);
    }

    private String itemId() {
        return Json.text(items.get(open), "id");
    }

    private static ObjectNode textPart(String text) {
        var part = Json.nodes().objectNode().put("type", "output_text").put("text", text);
        part.putArray("annotations");
        return part;
    }

    private void start() {
        if (!started) {
            started = true;
            var event = event("response.created");
            event.set("response", envelope("in_progress"));
            send(event);
        }
    }

    private ObjectNode envelope(String status) {
        var node =
                Json.nodes()
                        .objectNode()
                        .put("id", answer().id() == null ? ID : "resp_" + answer().id())
                        .put("object", "response")
                        .put("created_at", created)
                        .put("status", status)
                        .put("model", answer().model() == null ? "" : answer().model());
        node.putNull("error").putNull("incomplete_details");
        node.putArray("output");
        return node;
    }

    private ObjectNode response(Stop stop) {
        boolean whole = stop == Stop.END || stop == Stop.TOOLS;
        var node = envelope(whole ? "completed" : "incomplete");
        if (!whole) {
            node.putObject("incomplete_details")
                    .put("reason", stop == Stop.LENGTH ? "max_output_tokens" : "content_filter");
        }
        node.putArray("output").addAll(items);
        addUsage(node);
        return node;
    }

    private void addUsage(ObjectNode node) {
        var usage = answer().usage();
        if (usage == null) {
            return;
        }
        var counts = node.putObject("usage").put("input_tokens", usage.input());
        counts.putObject("input_tokens_details").put("cached_tokens", usage.cacheRead());
        counts.put("output_tokens", usage.output());
        counts.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoning());
        counts.put("total_tokens", usage.input() + usage.output());
    }

    private ObjectNode event(String type) {
        return Json.nodes().objectNode().put("type", type).put("sequence_number", sequence++);
    }

    private void send(ObjectNode event) {
        write("event: " + Json.text(event, "type") + "\ndata: " + Json.write(event) + "\n\n");
    }
}
