package dev.spangate.linking;

import java.util.Map;

/// Tokens of one inference; totals include cached and reasoning tokens (OpenTelemetry GenAI rule).
///
/// @param input all input tokens, cached included
/// @param output all output tokens, reasoning included
/// @param cacheRead input tokens read from a cache
/// @param cacheWrite input tokens written to a cache
/// @param reasoning output tokens spent on reasoning
/// @param other further counts by Langfuse usage key (audio, images)
/// @param partial the stream ended before the provider reported its totals
public record Usage(
        long input,
        long output,
        long cacheRead,
        long cacheWrite,
        long reasoning,
        Map<String, Long> other,
        boolean partial) {
    public Usage {
        other = Map.copyOf(other);
    }

    public static Usage of(long input, long output) {
        return new Usage(input, output, 0, 0, 0, Map.of(), false);
    }
}
