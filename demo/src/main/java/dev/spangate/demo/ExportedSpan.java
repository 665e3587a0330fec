package dev.spangate.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A span as it arrived over OTLP.
///
/// @param parentSpanId null for a root
/// @param status `unset`, `ok` or `error`
/// @param attributes String, Long, Double, Boolean or List of these
record ExportedSpan(
        String traceId,
        String spanId,
        @Nullable String parentSpanId,
        String name,
        long startNanos,
        long endNanos,
        String status,
        String statusMessage,
        Map<String, Object> attributes,
        List<Link> links) {
    ExportedSpan {
        links = List.copyOf(links);
    }

    /// An OpenTelemetry link.
    record Link(String spanId, Map<String, Object> attributes) {}

    /// Which answer asked for a tool execution.
    ///
    /// @param requestedBy span id of the generation; null when unlinked
    record ToolLink(String method, @Nullable String confidence, @Nullable String requestedBy) {}

    /// The Langfuse type in lower case.
    String type() {
        return text("langfuse.observation.type").orElse("span").toLowerCase(Locale.ROOT);
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(attributes.get(key)).map(Object::toString);
    }

    /// The link of a tool; empty for other types.
    Optional<ToolLink> toolLink() {
        if (!type().equals("tool")) {
            return Optional.empty();
        }
        var asked =
                links.stream()
                        .filter(link -> link.attributes().containsKey("spangate.link.method"))
                        .findFirst();
        return Optional.of(
                new ToolLink(
                        text("spangate.link.method").orElse("none"),
                        text("spangate.link.confidence").orElse(null),
                        asked.map(Link::spanId).orElse(null)));
    }
}
