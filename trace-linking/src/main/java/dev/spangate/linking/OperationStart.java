package dev.spangate.linking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something worth a span that is neither an inference nor a tool execution: discovery, prompts,
/// resources, a plain HTTP call below a provider's path.
///
/// @param origin who asks
/// @param name low-cardinality span name (`tools/list`)
/// @param client CLIENT when true, else INTERNAL
/// @param level DEBUG for discovery
/// @param input for people, JSON text or text
/// @param attributes further span attributes
public record OperationStart(
        Origin origin,
        String name,
        boolean client,
        Level level,
        @Nullable String input,
        Map<String, Object> attributes) {
    public OperationStart {
        attributes = Map.copyOf(attributes);
    }
}
