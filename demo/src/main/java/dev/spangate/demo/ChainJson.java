package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chains as one JSON document, the shape of `./spangate demo --json`.
final class ChainJson {
    private ChainJson() {}

    static String of(List<Chain> chains) {
        return Json.pretty(Map.of("traces", chains.stream().map(ChainJson::trace).toList()));
    }

    private static Object trace(Chain chain) {
        return object(
                "traceId", chain.traceId(),
                "name", chain.name(),
                "sessionId", chain.sessionId(),
                "spans", chain.spans().stream().map(ChainJson::span).toList());
    }

    private static Object span(ExportedSpan span) {
        return object(
                "spanId", span.spanId(),
                "parentSpanId", span.parentSpanId(),
                "name", span.name(),
                "type", span.type(),
                "startNanos", span.startNanos(),
                "endNanos", span.endNanos(),
                "status", span.status(),
                "link", span.toolLink().map(ChainJson::link).orElse(null),
                "attributes", span.attributes());
    }

    private static Map<String, @Nullable Object> link(ExportedSpan.ToolLink link) {
        return object(
                "method", link.method(),
                "confidence", link.confidence(),
                "requestedBy", link.requestedBy());
    }
}
