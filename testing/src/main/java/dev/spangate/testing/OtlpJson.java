package dev.spangate.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads and writes `ExportTraceServiceRequest` in the OTLP JSON form (hex ids, numbers as text).
final class OtlpJson {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> KINDS =
            List.of("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER");
    private static final List<String> CODES = List.of("UNSET", "OK", "ERROR");

    private OtlpJson() {}

    static List<SinkSpan> read(byte[] body, int request) {
        var spans = new ArrayList<SinkSpan>();
        for (JsonNode resource : JSON.readTree(body).path("resourceSpans")) {
            var attributes = attributes(resource.path("resource").path("attributes"));
            for (JsonNode scope : resource.path("scopeSpans")) {
                String name = text(scope.path("scope").path("name"));
                for (JsonNode span : scope.path("spans")) {
                    spans.add(span(span, attributes, name, request));
                }
            }
        }
        return spans;
    }

    /// Plain JSON of the records themselves, for readers in other processes.
    static byte[] write(List<SinkSpan> spans) {
        return JSON.writeValueAsBytes(spans);
    }

    private static SinkSpan span(
            JsonNode span, Map<String, Object> resource, String scope, int request) {
        var links = new ArrayList<SinkSpan.Link>();
        for (JsonNode link : span.path("links")) {
            links.add(
                    new SinkSpan.Link(
                            id(link.path("traceId")),
                            id(link.path("spanId")),
                            attributes(link.path("attributes"))));
        }
        return new SinkSpan(
                id(span.path("traceId")),
                id(span.path("spanId")),
                id(span.path("parentSpanId")),
                text(span.path("name")),
                named(span.path("kind"), KINDS, "SPAN_KIND_"),
                number(span.path("startTimeUnixNano")),
                number(span.path("endTimeUnixNano")),
                attributes(span.path("attributes")),
                links,
                new SinkSpan.Status(
                        named(span.path("status").path("code"), CODES, "STATUS_CODE_"),
                        text(span.path("status").path("message"))),
                resource,
                scope,
                request);
    }

    private static Map<String, Object> attributes(JsonNode list) {
        var map = new LinkedHashMap<String, Object>();
        for (JsonNode entry : list) {
            map.put(text(entry.path("key")), value(entry.path("value")));
        }
        return map;
    }

    private static Object value(JsonNode value) {
        if (value.has("stringValue")) {
            return text(value.path("stringValue"));
        }
        if (value.has("boolValue")) {
            return value.path("boolValue").asBoolean();
        }
        if (value.has("intValue")) {
            return number(value.path("intValue"));
        }
        if (value.has("doubleValue")) {
            return value.path("doubleValue").asDouble();
        }
        if (value.has("arrayValue")) {
            var list = new ArrayList<Object>();
            value.path("arrayValue").path("values").forEach(item -> list.add(value(item)));
            return list;
        }
        return value.has("kvlistValue")
                ? attributes(value.path("kvlistValue").path("values"))
                : Map.of();
    }

    private static String named(JsonNode node, List<String> names, String prefix) {
        return node.isString()
                ? node.asString().replace(prefix, "")
                : names.get(node.isNumber() ? node.asInt() : 0);
    }

    private static long number(JsonNode node) {
        return node.isString() ? Long.parseUnsignedLong(node.asString()) : node.asLong(0);
    }

    private static String id(JsonNode node) {
        return text(node).toLowerCase(Locale.ROOT);
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? "" : node.asString();
    }
}
