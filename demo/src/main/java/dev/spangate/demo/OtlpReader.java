package dev.spangate.demo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads an `ExportTraceServiceRequest` (OTLP 1.x, `opentelemetry/proto/trace/v1/trace.proto`).
final class OtlpReader {
    private OtlpReader() {}

    /// @throws IllegalArgumentException where the bytes are no such request
    static List<ExportedSpan> read(byte[] request) {
        var spans = new ArrayList<ExportedSpan>();
        WireFormat.read(
                ByteBuffer.wrap(request),
                resourceSpans -> {
                    if (resourceSpans.field() == 1) {
                        resource(resourceSpans.message(), spans);
                    }
                });
        return spans;
    }

    private static void resource(ByteBuffer message, List<ExportedSpan> spans) {
        WireFormat.read(
                message,
                scopeSpans -> {
                    if (scopeSpans.field() == 2) {
                        scope(scopeSpans.message(), spans);
                    }
                });
    }

    private static void scope(ByteBuffer message, List<ExportedSpan> spans) {
        WireFormat.read(
                message,
                span -> {
                    if (span.field() == 2) {
                        spans.add(new SpanFields(span.message()).span());
                    }
                });
    }

    private static void attribute(ByteBuffer message, Map<String, Object> attributes) {
        var entry =
                new Object() {
                    String key = "";
                    Object value = "";
                };
        WireFormat.read(
                message,
                field -> {
                    switch (field.field()) {
                        case 1 -> entry.key = field.text();
                        case 2 -> entry.value = value(field.message());
                        default -> {
                            // nothing else is known
                        }
                    }
                });
        attributes.put(entry.key, entry.value);
    }

    /// An `AnyValue`: String, Boolean, Long, Double or List; anything else is empty text.
    private static Object value(ByteBuffer message) {
        var found = new Object[] {""};
        WireFormat.read(
                message,
                field ->
                        found[0] =
                                switch (field.field()) {
                                    case 1 -> field.text();
                                    case 2 -> field.number() != 0;
                                    case 3 -> field.number();
                                    case 4 -> Double.longBitsToDouble(field.number());
                                    case 5 -> list(field.message());
                                    default -> "";
                                });
        return found[0];
    }

    private static List<Object> list(ByteBuffer message) {
        var values = new ArrayList<Object>();
        WireFormat.read(message, field -> values.add(value(field.message())));
        return values;
    }

    /// The fields of one `Span`.
    private static final class SpanFields {
        private String traceId = "";
        private String spanId = "";
        private @Nullable String parentSpanId;
        private String name = "";
        private long startNanos;
        private long endNanos;
        private String status = "unset";
        private String statusMessage = "";
        private final Map<String, Object> attributes = new LinkedHashMap<>();
        private final List<ExportedSpan.Link> links = new ArrayList<>();

        SpanFields(ByteBuffer message) {
            WireFormat.read(message, this::take);
        }

        ExportedSpan span() {
            return new ExportedSpan(
                    traceId,
                    spanId,
                    parentSpanId,
                    name,
                    startNanos,
                    endNanos,
                    status,
                    statusMessage,
                    attributes,
                    links);
        }

        private void take(WireFormat field) {
            switch (field.field()) {
                case 1 -> traceId = field.hex();
                case 2 -> spanId = field.hex();
                case 4 -> parentSpanId = field.hex().isEmpty() ? null : field.hex();
                case 5 -> name = field.text();
                case 7 -> startNanos = field.number();
                case 8 -> endNanos = field.number();
                case 9 -> attribute(field.message(), attributes);
                case 13 -> links.add(link(field.message()));
                case 15 -> WireFormat.read(field.message(), this::takeStatus);
                default -> {
                    // trace state, kind, events, flags and dropped counts do not matter here
                }
            }
        }

        private void takeStatus(WireFormat field) {
            switch (field.field()) {
                case 2 -> statusMessage = field.text();
                case 3 ->
                        status =
                                switch ((int) field.number()) {
                                    case 1 -> "ok";
                                    case 2 -> "error";
                                    default -> "unset";
                                };
                default -> {
                    // nothing else is known
                }
            }
        }

        private static ExportedSpan.Link link(ByteBuffer message) {
            var spanId = new String[] {""};
            var attributes = new LinkedHashMap<String, Object>();
            WireFormat.read(
                    message,
                    field -> {
                        switch (field.field()) {
                            case 2 -> spanId[0] = field.hex();
                            case 4 -> attribute(field.message(), attributes);
                            default -> {
                                // the trace is the span's own
                            }
                        }
                    });
            return new ExportedSpan.Link(spanId[0], attributes);
        }
    }
}
