package dev.spangate.testing;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One span as it arrived over OTLP.
///
/// @param traceId 32 lower-case hex digits
/// @param spanId 16 lower-case hex digits
/// @param parentSpanId 16 lower-case hex digits; empty for a root
/// @param name the span's name
/// @param kind `INTERNAL`, `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER` or `UNSPECIFIED`
/// @param startNanos epoch nanoseconds
/// @param endNanos epoch nanoseconds
/// @param attributes String, Long, Double, Boolean, List or (kvlist) Map
/// @param links in order
/// @param status code and message
/// @param resource the resource's attributes
/// @param scope the instrumentation scope's name
/// @param request ordinal of the OTLP request it came in, from 0
public record SinkSpan(
        String traceId,
        String spanId,
        String parentSpanId,
        String name,
        String kind,
        long startNanos,
        long endNanos,
        Map<String, Object> attributes,
        List<Link> links,
        Status status,
        Map<String, Object> resource,
        String scope,
        int request) {
    public SinkSpan {
        attributes = Map.copyOf(attributes);
        links = List.copyOf(links);
        resource = Map.copyOf(resource);
    }

    /// One OpenTelemetry link.
    public record Link(String traceId, String spanId, Map<String, Object> attributes) {
        public Link {
            attributes = Map.copyOf(attributes);
        }
    }

    /// The span's status.
    ///
    /// @param code `UNSET`, `OK` or `ERROR`
    /// @param message empty when absent
    public record Status(String code, String message) {}

    /// An attribute as text; empty when absent.
    public String text(String key) {
        Object value = attributes.get(key);
        return value == null ? "" : value.toString();
    }

    /// An attribute; null when absent.
    public @Nullable Object attribute(String key) {
        return attributes.get(key);
    }

    /// It has no parent at all.
    public boolean root() {
        return parentSpanId.isEmpty();
    }
}
