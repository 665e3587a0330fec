package dev.spangate.llm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Span attributes of a request (`gen_ai.request.*`), as far as its body says something.
final class RequestAttributes {
    private static final String PREFIX = "gen_ai.request.";

    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private final JsonNode body;

    private RequestAttributes(JsonNode body) {
        this.body = body;
    }

    /// @param api `openai.api.type`
    static Map<String, Object> openAi(JsonNode body, String api) {
        var read = new RequestAttributes(body);
        read.common();
        read.integer("max_completion_tokens", "max_tokens");
        read.integer("max_output_tokens", "max_tokens");
        read.integer("seed", "seed");
        read.number("frequency_penalty", "frequency_penalty");
        read.number("presence_penalty", "presence_penalty");
        read.stops("stop");
        read.text(body.path("reasoning").path("effort"), PREFIX + "reasoning.level");
        read.text(body.path("reasoning_effort"), PREFIX + "reasoning.level");
        read.text(body.path("service_tier"), "openai.request.service_tier");
        long choices = Json.count(body, "n");
        if (choices > 1) {
            read.attributes.put(PREFIX + "choice.count", choices);
        }
        read.attributes.put("openai.api.type", api);
        read.outputType(Json.text(body.path("response_format"), "type"));
        read.outputType(Json.text(body.path("text").path("format"), "type"));
        return read.attributes;
    }

    static Map<String, Object> anthropic(JsonNode body) {
        var read = new RequestAttributes(body);
        read.common();
        read.stops("stop_sequences");
        read.text(body.path("output_config").path("effort"), PREFIX + "reasoning.level");
        return read.attributes;
    }

    private void common() {
        if (body.path("stream").asBoolean(false)) {
            attributes.put(PREFIX + "stream", true);
        }
        integer("max_tokens", "max_tokens");
        integer("top_k", "top_k");
        number("temperature", "temperature");
        number("top_p", "top_p");
    }

    private void integer(String key, String name) {
        var value = body.path(key);
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            attributes.put(PREFIX + name, value.longValue());
        }
    }

    private void number(String key, String name) {
        var value = body.path(key);
        if (value.isNumber()) {
            attributes.put(PREFIX + name, value.doubleValue());
        }
    }

    private void text(JsonNode value, String name) {
        if (value.isString() && value.stringValue().length() <= 100) {
            attributes.put(name, value.stringValue());
        }
    }

    private void stops(String key) {
        var value = body.path(key);
        var stops = new ArrayList<String>();
        if (value.isString()) {
            stops.add(value.stringValue());
        }
        for (var each : value.isArray() ? value : Json.nodes().arrayNode()) {
            stops.add(each.asString(""));
        }
        if (!stops.isEmpty()) {
            attributes.put(PREFIX + "stop_sequences", List.copyOf(stops));
        }
    }

    private void outputType(String format) {
        if (format.startsWith("json")) {
            attributes.put("gen_ai.output.type", "json");
        }
    }
}
