package dev.spangate.demo;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One trace as it was exported.
///
/// @param spans in order of their start
record Chain(String traceId, String name, @Nullable String sessionId, List<ExportedSpan> spans) {
    Chain {
        spans = List.copyOf(spans);
    }

    /// Groups spans by trace, traces and spans in order of their start. A span that arrived twice
    /// counts once.
    static List<Chain> of(List<ExportedSpan> spans) {
        Map<String, List<ExportedSpan>> byTrace =
                spans.stream()
                        .sorted(
                                Comparator.comparingLong(ExportedSpan::startNanos)
                                        .thenComparing(span -> span.parentSpanId() != null))
                        .collect(
                                Collectors.groupingBy(
                                        ExportedSpan::traceId,
                                        LinkedHashMap::new,
                                        Collectors.toList()));
        return byTrace.values().stream().map(Chain::one).toList();
    }

    /// The generation that asked for a tool, if it is part of this trace.
    Optional<ExportedSpan> requester(ExportedSpan tool) {
        return tool.toolLink()
                .map(ExportedSpan.ToolLink::requestedBy)
                .flatMap(id -> spans.stream().filter(span -> span.spanId().equals(id)).findFirst())
                .filter(span -> span.type().equals("generation"));
    }

    List<ExportedSpan> ofType(String type) {
        return spans.stream().filter(span -> span.type().equals(type)).toList();
    }

    /// Whether it tells of a model or a tool, not of discovery alone.
    boolean tellsOfWork() {
        return !ofType("generation").isEmpty() || !ofType("tool").isEmpty();
    }

    private static Chain one(List<ExportedSpan> spans) {
        var first = spans.getFirst();
        var once = new LinkedHashMap<String, ExportedSpan>();
        spans.forEach(span -> once.putIfAbsent(span.spanId(), span));
        return new Chain(
                first.traceId(),
                first.text("langfuse.trace.name").orElse(first.name()),
                spans.stream()
                        .map(span -> span.text("langfuse.session.id").orElse(null))
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                List.copyOf(once.values()));
    }
}
