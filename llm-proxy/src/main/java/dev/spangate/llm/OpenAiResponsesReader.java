package dev.spangate.llm;

import dev.spangate.linking.Usage;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads Responses answers: `response` objects and the events of a response stream.
final class OpenAiResponsesReader extends JsonFrameReader {
    /// Parts of one output item have keys of their own.
    private static final int PARTS = 1000;

    private static final byte[][] MARKS =
            marks(
                    "_call",
                    "output_item",
                    "response.completed",
                    "response.incomplete",
                    "response.failed");

    /// Keys of texts and reasoning that came in pieces: their items repeat them whole.
    private final Set<Integer> streamed = new HashSet<>();

    private final Set<Integer> done = new HashSet<>();

    OpenAiResponsesReader(Answer answer) {
        super(answer, MARKS);
    }

    @Override
    void event(String name, JsonNode event) {
        int item = event.path("output_index").asInt(0);
        int key = item * PARTS + event.path("content_index").asInt(0);
        String delta = Json.text(event, "delta");
        switch (Json.text(event, "type")) {
            case "response.created", "response.in_progress", "response.queued" ->
                    head(event.path("response"));
            case "response.output_item.added" -> added(item, event.path("item"));
            case "response.output_text.delta", "response.refusal.delta" -> {
                streamed.add(item);
                answer.text(0, key, delta);
            }
            case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" -> {
                streamed.add(item);
                answer.thinking(0, key + event.path("summary_index").asInt(0), delta);
            }
            case "response.function_call_arguments.delta",
                    "response.custom_tool_call_input.delta",
                    "response.mcp_call_arguments.delta",
                    "response.code_interpreter_call_code.delta" ->
                    arguments(item, event, delta);
            case "response.output_item.done" -> whole(item, event.path("item"));
            case "response.completed", "response.incomplete", "response.failed" ->
                    end(event.path("response"));
            case "error" -> error(event.has("error") ? event.path("error") : event);
            default -> {
                // Progress of built-in tools and repetitions of what deltas said.
            }
        }
    }

    private void added(int index, JsonNode node) {
        var item = ResponseItem.of(node);
        if (item.isCall()) {
            item.fill(answer.call(0, index, item.byProvider()));
        }
    }

    private void arguments(int index, JsonNode event, String delta) {
        if (Json.text(event, "type").startsWith("response.code_interpreter")) {
            return; // its code comes whole with the item
        }
        answer.arguments(answer.call(0, index, false), delta);
    }

    private void whole(int index, JsonNode node) {
        if (!done.add(index)) {
            return;
        }
        var item = ResponseItem.of(node);
        if (item.isCall()) {
            call(index, item);
        } else if (streamed.contains(index)) {
            return;
        } else if (item.isMessage()) {
            int part = 0;
            for (String text : item.texts()) {
                answer.text(0, index * PARTS + part++, text);
            }
        } else if (item.type().equals("reasoning")) {
            int part = 0;
            for (String text : item.thinking()) {
                answer.thinking(0, index * PARTS + part++, text);
            }
        }
    }

    private void call(int index, ResponseItem item) {
        var call = answer.call(0, index, item.byProvider());
        item.fill(call);
        answer.callComplete(call);
        var result = item.byProvider() ? item.providerResult() : null;
        if (result != null) {
            answer.result(0, result);
        }
    }

    @Override
    public void body(JsonNode body) {
        if (body.path("error").isObject() && !body.has("output")) {
            error(body.path("error"));
            answer.over();
        } else {
            end(body);
        }
    }

    private void head(JsonNode response) {
        answer.id(Json.text(response, "id"));
        answer.model(Json.text(response, "model"));
    }

    private void end(JsonNode response) {
        head(response);
        int index = 0;
        for (var item : response.path("output")) {
            whole(index++, item);
        }
        put("openai.response.service_tier", Json.text(response, "service_tier"));
        if (response.path("usage").isObject()) {
            answer.usage(usage(response.path("usage")));
        }
        status(response);
        answer.over();
    }

    private void status(JsonNode response) {
        String status = Json.text(response, "status");
        switch (status) {
            case "queued", "in_progress" -> answer.deferred();
            case "failed" -> error(response.path("error"));
            case "cancelled" -> answer.failed("cancelled", "the response was cancelled");
            case "incomplete" -> {
                String reason = Json.text(response.path("incomplete_details"), "reason");
                answer.finish(0, reason.isEmpty() ? status : reason);
            }
            default -> answer.finish(0, "completed");
        }
    }

    private void error(JsonNode error) {
        answer.failed(Json.errorType(error, "provider_error"), Json.text(error, "message"));
    }

    private void put(String key, String value) {
        if (!value.isEmpty()) {
            answer.attribute(key, value);
        }
    }

    private static Usage usage(JsonNode usage) {
        var input = usage.path("input_tokens_details");
        return new Usage(
                Json.count(usage, "input_tokens"),
                Json.count(usage, "output_tokens"),
                Json.count(input, "cached_tokens"),
                Json.count(input, "cache_write_tokens"),
                Json.count(usage.path("output_tokens_details"), "reasoning_tokens"),
                Map.of(),
                false);
    }
}
