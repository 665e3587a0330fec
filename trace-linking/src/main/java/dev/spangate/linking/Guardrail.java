package dev.spangate.linking;

import java.util.Map;

/// A policy acted: never holds the matched text (rule T, `guardrail {name}`).
///
/// @param name low-cardinality name of the guard (`pii`, `rate-limit`)
/// @param phase `request` or `response`
/// @param action `mask`, `block`, `report`
/// @param summary for people, without matched text (`masked email:2`)
/// @param startNanos epoch nanoseconds
/// @param endNanos epoch nanoseconds
/// @param attributes kinds and counts, rule ids, score, remaining quota
public record Guardrail(
        String name,
        String phase,
        String action,
        String summary,
        long startNanos,
        long endNanos,
        Map<String, Object> attributes) {
    public Guardrail {
        attributes = Map.copyOf(attributes);
    }
}
