package dev.spangate.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `ExportTraceServiceRequest` in protobuf form.
final class OtlpProtobuf {
    private OtlpProtobuf() {}

    static List<SinkSpan> read(byte[] body, int request) throws InvalidProtocolBufferException {
        var spans = new ArrayList<SinkSpan>();
        for (ResourceSpans resource :
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
            var attributes = attributes(resource.getResource().getAttributesList());
            for (ScopeSpans scope : resource.getScopeSpansList()) {
                for (Span span : scope.getSpansList()) {
                    spans.add(span(span, attributes, scope.getScope().getName(), request));
                }
            }
        }
        return spans;
    }

    private static SinkSpan span(
            Span span, Map<String, Object> resource, String scope, int request) {
        return new SinkSpan(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                hex(span.getParentSpanId()),
                span.getName(),
                span.getKind().name().replace("SPAN_KIND_", ""),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                attributes(span.getAttributesList()),
                span.getLinksList().stream().map(OtlpProtobuf::link).toList(),
                new SinkSpan.Status(
                        span.getStatus().getCode().name().replace("STATUS_CODE_", ""),
                        span.getStatus().getMessage()),
                resource,
                scope,
                request);
    }

    private static SinkSpan.Link link(Span.Link link) {
        return new SinkSpan.Link(
                hex(link.getTraceId()),
                hex(link.getSpanId()),
                attributes(link.getAttributesList()));
    }

    private static Map<String, Object> attributes(List<KeyValue> list) {
        var map = new LinkedHashMap<String, Object>();
        list.forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
        return map;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                    value.getArrayValue().getValuesList().stream()
                            .map(OtlpProtobuf::value)
                            .toList();
            case KVLIST_VALUE -> attributes(value.getKvlistValue().getValuesList());
            case BYTES_VALUE -> Map.of("bytesValue", hex(value.getBytesValue()));
            default -> "";
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
