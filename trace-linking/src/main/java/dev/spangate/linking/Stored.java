package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what [Snapshots] wrote: the values; [Resume] puts them together.
final class Stored {
    private Stored() {}

    static @Nullable String text(JsonNode json, String key) {
        var value = json.path(key);
        return value.isString() ? value.stringValue() : null;
    }

    static String need(JsonNode json, String key) {
        var value = text(json, key);
        if (value == null) {
            throw new IllegalArgumentException("no " + key + " in a stored record");
        }
        return value;
    }

    static long number(JsonNode json, String key) {
        return json.path(key).asLong(0);
    }

    static boolean flag(JsonNode json, String key) {
        return json.path(key).asBoolean(false);
    }

    static List<String> texts(JsonNode json, String key) {
        List<String> found = new ArrayList<>();
        json.path(key).forEach(item -> found.add(item.asString()));
        return found;
    }

    static Map<String, String> ids(JsonNode json) {
        Map<String, String> ids = new HashMap<>();
        json.path("ids").properties().forEach(id -> ids.put(id.getKey(), id.getValue().asString()));
        return ids;
    }

    static Map<String, Object> values(JsonNode json) {
        Map<String, Object> values = new HashMap<>();
        for (var member : json.properties()) {
            var value = member.getValue();
            if (value.isString()) {
                values.put(member.getKey(), value.stringValue());
            } else if (value.isBoolean()) {
                values.put(member.getKey(), value.booleanValue());
            } else if (value.isIntegralNumber()) {
                values.put(member.getKey(), value.longValue());
            } else if (value.isNumber()) {
                values.put(member.getKey(), value.doubleValue());
            }
        }
        return values;
    }

    static List<JournalRecord.SpanLink> links(JsonNode json) {
        List<JournalRecord.SpanLink> links = new ArrayList<>();
        for (var link : json.path("links")) {
            links.add(
                    new JournalRecord.SpanLink(
                            need(link, "trace"),
                            need(link, "span"),
                            values(link.path("attributes"))));
        }
        return links;
    }

    static HeldSpan held(JsonNode json) {
        return new HeldSpan(
                need(json, "span"),
                text(json, "parent"),
                flag(json, "generation"),
                links(json),
                values(json.path("attributes")));
    }

    static Place place(JsonNode json) {
        return new Place(
                need(json, "trace"),
                text(json, "parent"),
                flag(json, "root"),
                flag(json, "level"),
                need(json, "name"),
                links(json));
    }

    static JournalRecord.RunAttributes attributes(JsonNode json) {
        return new JournalRecord.RunAttributes(
                need(json, "id"),
                need(json, "name"),
                text(json, "session"),
                text(json, "user"),
                texts(json, "tags"),
                text(json, "environment"),
                need(json, "caller"),
                flag(json, "level"));
    }

    static Fingerprint print(JsonNode json) {
        return new Fingerprint(json.path(0).asInt(), json.path(1).asLong(), json.path(2).asLong());
    }

    static Origin origin(JsonNode json, String scope) {
        String traceId = text(json, "traceId");
        String spanId = text(json, "spanId");
        return new Origin(
                scope,
                need(json, "caller"),
                text(json, "agent"),
                text(json, "product"),
                text(json, "session"),
                text(json, "user"),
                ids(json),
                traceId == null || spanId == null
                        ? null
                        : new TraceContext(traceId, spanId, true, ""),
                TraceMode.valueOf(need(json, "mode")),
                texts(json, "tags"),
                text(json, "environment"),
                need(json, "connection"),
                Map.of(),
                Capture.stored(text(json, "capture")));
    }

    static ExecutionFacts facts(JsonNode json, Origin origin) {
        return new ExecutionFacts(
                number(json, "start"),
                number(json, "arguments"),
                number(json, "plain"),
                texts(json, "callIds"),
                origin.ids(),
                text(json, "context"),
                need(json, "exchange"),
                flag(json, "late"));
    }

    static @Nullable ResultTexts result(JsonNode json) {
        if (!json.has("tellings")) {
            return null;
        }
        List<Fingerprint> tellings = new ArrayList<>();
        json.path("tellings").forEach(telling -> tellings.add(print(telling)));
        return new ResultTexts(tellings, (int) number(json, "whole"), number(json, "text"));
    }
}
