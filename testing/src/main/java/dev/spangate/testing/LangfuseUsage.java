package dev.spangate.testing;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Tokens and cost of one observation by Langfuse's rules.
final class LangfuseUsage {
    private static final String PREFIX = "gen_ai.usage.";
    private static final List<String> CACHE_READ =
            List.of(
                    "cache_read.input_tokens",
                    "cache_read_input_tokens",
                    "cache_read_tokens",
                    "details.cache_read_tokens",
                    "input_cached_tokens");
    private static final List<String> CACHE_WRITE =
            List.of(
                    "cache_creation.input_tokens",
                    "cache_creation_input_tokens",
                    "cache_write_tokens");
    private static final List<String> REASONING =
            List.of("reasoning.output_tokens", "completion_details.reasoning");

    private LangfuseUsage() {}

    static Map<String, Long> usage(SinkSpan span) {
        var usage = new LinkedHashMap<String, Long>();
        String details = span.text("langfuse.observation.usage_details");
        if (!details.isEmpty()) {
            for (Map.Entry<String, JsonNode> e : LangfuseAttributes.json(details).properties()) {
                if (e.getValue().isNumber() && e.getValue().asLong() >= 0) {
                    usage.put(e.getKey(), e.getValue().asLong());
                }
            }
            return usage;
        }
        return new LangfuseAttributes(span).agentOperation() ? usage : fromConventions(span);
    }

    private static Map<String, Long> fromConventions(SinkSpan span) {
        var usage = new LinkedHashMap<String, Long>();
        long read = of(span, CACHE_READ);
        long write = of(span, CACHE_WRITE);
        long reasoning = of(span, REASONING);
        long input = of(span, List.of("prompt_tokens", "input_tokens", "prompt"));
        long output = of(span, List.of("completion_tokens", "output_tokens", "completion"));
        put(usage, "input", input < 0 ? -1 : Math.max(0, input - over0(read) - over0(write)));
        put(usage, "output", output < 0 ? -1 : Math.max(0, output - over0(reasoning)));
        put(usage, "total", of(span, List.of("total_tokens")));
        put(usage, "input_cached_tokens", read);
        put(usage, "input_cache_creation", write);
        put(usage, "output_reasoning_tokens", reasoning);
        return usage;
    }

    static Map<String, Double> cost(SinkSpan span) {
        var cost = new LinkedHashMap<String, Double>();
        String details = span.text("langfuse.observation.cost_details");
        if (!details.isEmpty()) {
            LangfuseAttributes.json(details)
                    .properties()
                    .forEach(e -> cost.put(e.getKey(), e.getValue().asDouble()));
        } else if (!span.text(PREFIX + "cost").isEmpty()) {
            cost.put("total", Double.valueOf(span.text(PREFIX + "cost")));
        }
        return cost;
    }

    private static long of(SinkSpan span, List<String> keys) {
        for (String key : keys) {
            if (span.attribute(PREFIX + key) instanceof Number number) {
                return number.longValue();
            }
        }
        return -1;
    }

    private static long over0(long value) {
        return Math.max(0, value);
    }

    private static void put(Map<String, Long> usage, String key, long value) {
        if (value >= 0) {
            usage.put(key, value);
        }
    }
}
