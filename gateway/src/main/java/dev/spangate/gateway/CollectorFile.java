package dev.spangate.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a Collector's `file` exporter has written: OTLP as JSON, one request per line.
record CollectorFile(Path file) implements ReadBack {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Override
    public String place() {
        return "read back from " + file;
    }

    @Override
    public List<SeenSpan> spans(String traceId) {
        var seen = new LinkedHashMap<String, SeenSpan>();
        try (var lines = Files.lines(file)) {
            lines.filter(line -> line.contains(traceId)).forEach(line -> read(line, traceId, seen));
        } catch (NoSuchFileException _) {
            return List.of(); // the Collector makes it with its first span
        } catch (IOException e) {
            throw new HopException(
                    place(),
                    "cannot be read: " + e.getMessage(),
                    "--otlp-file is the `path` of the Collector's file exporter; may you read it?");
        }
        return List.copyOf(seen.values());
    }

    @Override
    public String fix() {
        return "the Collector has not written it: does a destination of telemetry.otlp lead to it, and a pipeline of it to the file exporter with that path (flush_interval: 1s)?";
    }

    /// The last line may be half written still.
    private static void read(String line, String traceId, Map<String, SeenSpan> seen) {
        JsonNode request;
        try {
            request = JSON.readTree(line);
        } catch (JacksonException _) {
            return;
        }
        for (var resource : request.path("resourceSpans")) {
            for (var scope : resource.path("scopeSpans")) {
                for (var span : scope.path("spans")) {
                    if (span.path("traceId").asString("").equals(traceId)) {
                        var one = span(span);
                        seen.put(one.spanId(), one);
                    }
                }
            }
        }
    }

    private static SeenSpan span(JsonNode span) {
        var attributes = new HashMap<String, String>();
        for (var attribute : span.path("attributes")) {
            var value = attribute.path("value");
            for (var kind : List.of("stringValue", "intValue", "doubleValue", "boolValue")) {
                if (value.has(kind)) {
                    attributes.put(attribute.path("key").asString(""), value.get(kind).asString());
                }
            }
        }
        return SeenSpan.of(
                span.path("spanId").asString(""),
                span.path("parentSpanId").asString(""),
                span.path("name").asString(""),
                attributes::get);
    }
}
