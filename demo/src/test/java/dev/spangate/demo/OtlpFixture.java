package dev.spangate.demo;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// One run as OTLP, written by hand: an agent, two answers, a tool each way.
final class OtlpFixture {
    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String TOP = "00000000000000a1";
    static final String FIRST = "00000000000000b1";
    static final String SECOND = "00000000000000b2";
    static final String TOOL = "00000000000000c1";
    static final String LOCAL = "00000000000000c2";

    private OtlpFixture() {}

    static byte[] run() {
        return request(
                span(TOP, "", "invoke_agent travel", 0, 100, "agent", Map.of()),
                span(
                        FIRST,
                        TOP,
                        "chat m",
                        1,
                        20,
                        "generation",
                        Map.of("gen_ai.usage.input_tokens", 12L, "gen_ai.usage.output_tokens", 3L)),
                tool(TOOL, "tools/call web__forecast", 21, "arguments", "certain", FIRST)
                        .toBuilder()
                        .setStatus(
                                Status.newBuilder()
                                        .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                                        .setMessage("mailbox full"))
                        .build(),
                tool(LOCAL, "execute_tool read", 22, "result", "certain", FIRST),
                span(
                        SECOND,
                        TOP,
                        "chat m",
                        60,
                        99,
                        "generation",
                        Map.of("list", List.of("a", "b"))));
    }

    static byte[] request(Span... spans) {
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .addScopeSpans(ScopeSpans.newBuilder().addAllSpans(List.of(spans))))
                .build()
                .toByteArray();
    }

    static Span tool(
            String id, String name, long at, String method, String confidence, String asker) {
        var link =
                Span.Link.newBuilder()
                        .setTraceId(bytes(TRACE))
                        .setSpanId(bytes(asker))
                        .addAttributes(attribute("spangate.link.method", method));
        return span(
                        id,
                        TOP,
                        name,
                        at,
                        at + 10,
                        "tool",
                        Map.of(
                                "spangate.link.method",
                                method,
                                "spangate.link.confidence",
                                confidence))
                .toBuilder()
                .addLinks(link)
                .build();
    }

    static Span span(
            String id,
            String parent,
            String name,
            long from,
            long to,
            String type,
            Map<String, Object> attributes) {
        var span =
                Span.newBuilder()
                        .setTraceId(bytes(TRACE))
                        .setSpanId(bytes(id))
                        .setParentSpanId(bytes(parent))
                        .setName(name)
                        .setStartTimeUnixNano(1_700_000_000_000_000_000L + from * 1_000_000)
                        .setEndTimeUnixNano(1_700_000_000_000_000_000L + to * 1_000_000)
                        .addAttributes(attribute("langfuse.observation.type", type))
                        .addAttributes(attribute("langfuse.trace.name", "travel"))
                        .addAttributes(attribute("langfuse.session.id", "conv-1"));
        attributes.forEach((key, value) -> span.addAttributes(attribute(key, value)));
        return span.build();
    }

    private static KeyValue attribute(String key, Object value) {
        return KeyValue.newBuilder().setKey(key).setValue(any(value)).build();
    }

    private static AnyValue any(Object value) {
        return switch (value) {
            case Long number -> AnyValue.newBuilder().setIntValue(number).build();
            case List<?> list ->
                    AnyValue.newBuilder()
                            .setArrayValue(
                                    ArrayValue.newBuilder()
                                            .addAllValues(
                                                    list.stream().map(OtlpFixture::any).toList()))
                            .build();
            default -> AnyValue.newBuilder().setStringValue(value.toString()).build();
        };
    }

    private static ByteString bytes(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
