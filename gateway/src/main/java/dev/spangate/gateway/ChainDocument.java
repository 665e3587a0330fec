package dev.spangate.gateway;

import dev.spangate.linking.Explanation;
import dev.spangate.telemetry.ExportedSpan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The recent traces as one document, the shape of `./spangate demo --json`.
///
/// `{"traces":[{traceId, name, sessionId, spans:[{spanId, parentSpanId, name, type, startNanos,
/// endNanos, status, link:{method, confidence, requestedBy}, attributes}]}]}`, the newest trace
/// first, spans in the order of their start. A link that is none also says `candidates` (how many
/// open calls it may have answered), and where the linker still knows, `reason` and `mayBe`: the
/// calls that were looked at, by id and answer.
final class ChainDocument {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Function<String, List<Explanation>> explain;

    private ChainDocument(Function<String, List<Explanation>> explain) {
        this.explain = explain;
    }

    /// The traces that have a span which ended after `sinceNanos`, at most `limit`.
    ///
    /// @param explain what is known of a span that is not linked
    static ObjectNode of(
            List<ExportedSpan> spans,
            long sinceNanos,
            int limit,
            Function<String, List<Explanation>> explain) {
        return new ChainDocument(explain).document(spans, sinceNanos, limit);
    }

    private ObjectNode document(List<ExportedSpan> spans, long sinceNanos, int limit) {
        var document = JsonNodeFactory.instance.objectNode();
        var traces = document.putArray("traces");
        byTrace(spans).values().stream()
                .filter(trace -> trace.stream().anyMatch(span -> span.endNanos() > sinceNanos))
                .sorted(Comparator.comparingLong(ChainDocument::start).reversed())
                .limit(limit)
                .forEach(trace -> traces.add(trace(trace)));
        return document;
    }

    private static Map<String, List<ExportedSpan>> byTrace(List<ExportedSpan> spans) {
        var traces = new LinkedHashMap<String, List<ExportedSpan>>();
        for (var span : spans) {
            traces.computeIfAbsent(span.traceId(), id -> new ArrayList<>()).add(span);
        }
        return traces;
    }

    private static long start(List<ExportedSpan> trace) {
        return trace.stream().mapToLong(ExportedSpan::startNanos).min().orElse(0);
    }

    private ObjectNode trace(List<ExportedSpan> trace) {
        var ordered = new ArrayList<>(trace);
        ordered.sort(
                Comparator.comparingLong(ExportedSpan::startNanos)
                        .thenComparing(span -> span.parentSpanId() != null));
        var first = ordered.getFirst();
        var node = JsonNodeFactory.instance.objectNode();
        node.put("traceId", first.traceId())
                .put("name", text(first, "langfuse.trace.name", first.name()));
        var session = first.attributes().get("langfuse.session.id");
        node.put("sessionId", session == null ? null : session.toString());
        var spans = node.putArray("spans");
        ordered.forEach(span -> spans.add(span(span)));
        return node;
    }

    static boolean isTool(ExportedSpan span) {
        return type(span).equals("tool");
    }

    private static String type(ExportedSpan span) {
        return text(span, "langfuse.observation.type", "span").toLowerCase(Locale.ROOT);
    }

    private ObjectNode span(ExportedSpan span) {
        var type = type(span);
        var node = JsonNodeFactory.instance.objectNode();
        node.put("spanId", span.spanId())
                .put("parentSpanId", span.parentSpanId())
                .put("name", span.name())
                .put("type", type)
                .put("startNanos", span.startNanos())
                .put("endNanos", span.endNanos())
                .put("status", span.status().toLowerCase(Locale.ROOT))
                .put("statusMessage", span.statusMessage());
        if (type.equals("tool")) {
            var link = link(span);
            if (!link.path("requestedBy").isString()) {
                explain.apply(span.spanId()).stream()
                        .findFirst()
                        .ifPresent(known -> explain(known, link));
            }
            node.set("link", link);
        }
        node.set("attributes", JSON.valueToTree(span.attributes()));
        return node;
    }

    private static void explain(Explanation known, ObjectNode link) {
        link.put("reason", known.reason());
        var calls = link.putArray("mayBe");
        for (var candidate : known.candidates()) {
            calls.addObject()
                    .put("toolCallId", candidate.toolCallId())
                    .put("name", candidate.name())
                    .put("requestedBy", candidate.inferenceSpanId());
        }
    }

    /// What a tool's span says of its link.
    static ObjectNode link(ExportedSpan span) {
        var link = JsonNodeFactory.instance.objectNode();
        var confidence = span.attributes().get("spangate.link.confidence");
        link.put("method", text(span, "spangate.link.method", "none"))
                .put("confidence", confidence == null ? null : confidence.toString())
                .put(
                        "requestedBy",
                        span.links().stream()
                                .filter(each ->
                                        each.attributes().containsKey("spangate.link.method"))
                                .map(each -> each.spanId())
                                .findFirst()
                                .orElse(null));
        if (span.attributes().get("spangate.link.candidates") instanceof Long count) {
            link.put("candidates", count);
        }
        return link;
    }

    private static String text(ExportedSpan span, String key, String otherwise) {
        var value = span.attributes().get(key);
        return value == null ? otherwise : value.toString();
    }
}
