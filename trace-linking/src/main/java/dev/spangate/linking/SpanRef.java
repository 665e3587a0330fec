package dev.spangate.linking;

/// Names one span: 32 and 16 lower-case hex digits.
public record SpanRef(String traceId, String spanId) {
    /// The `traceparent` that makes the receiver a child of this span (W3C Trace Context §3.2).
    public String traceparent() {
        return "00-" + traceId + "-" + spanId + "-01";
    }
}
