package dev.spangate.llm;

import dev.spangate.linking.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a model costs, in US dollars per million tokens.
///
/// @param input uncached input
/// @param output output, reasoning included
/// @param cachedInput input read from a cache
/// @param cacheWrite input written to a cache
/// @param cacheWriteHour the same for the long-lived cache
/// @param above another price for requests with more input tokens than `threshold`; null where that
///   is not known
/// @param threshold see `above`
record Price(
        double input,
        double output,
        double cachedInput,
        double cacheWrite,
        double cacheWriteHour,
        @Nullable Price above,
        long threshold) {
    private static final double MILLION = 1e6;

    /// Reads `input`, `output`, `cached-input`, `cache-write`, `cache-write-1h`, `above`; what is
    /// missing costs as input.
    static Price of(JsonNode node) {
        double input = node.path("input").asDouble(0);
        double write = node.path("cache-write").asDouble(input);
        var above = node.path("above");
        return new Price(
                input,
                node.path("output").asDouble(0),
                node.path("cached-input").asDouble(input),
                write,
                node.path("cache-write-1h").asDouble(write),
                above.has("input") ? of(above) : null,
                above.path("tokens").asLong(Long.MAX_VALUE));
    }

    /// By Langfuse's cost keys.
    ///
    /// @param writtenForAnHour how many of the written tokens are long-lived
    Map<String, Double> of(Usage usage, long writtenForAnHour) {
        if (usage.input() > threshold) {
            return above == null ? Map.of() : above.of(usage, writtenForAnHour);
        }
        long hour = Math.min(writtenForAnHour, usage.cacheWrite());
        long fresh = Math.max(0, usage.input() - usage.cacheRead() - usage.cacheWrite());
        double in =
                (fresh * input
                                + usage.cacheRead() * cachedInput
                                + (usage.cacheWrite() - hour) * cacheWrite
                                + hour * cacheWriteHour)
                        / MILLION;
        double out = usage.output() * output / MILLION;
        return Map.of("input", in, "output", out, "total", in + out);
    }
}
