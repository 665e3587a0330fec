package dev.spangate.linking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One upstream try of an inference (span `POST`; emitted when an inference needed more than one).
///
/// @param startNanos epoch nanoseconds
/// @param endNanos epoch nanoseconds
/// @param errorType `error.type`, if it failed
/// @param attributes HTTP attributes of the try
public record Attempt(
        long startNanos,
        long endNanos,
        @Nullable String errorType,
        Map<String, Object> attributes) {
    public Attempt {
        attributes = Map.copyOf(attributes);
    }
}
