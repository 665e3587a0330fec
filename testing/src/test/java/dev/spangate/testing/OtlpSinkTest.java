package dev.spangate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtlpSinkTest {
    private static final String TRACE = "5b8efff798038103d269b633813fc60c";

    private final OtlpSink sink = OtlpSink.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.close();
        sink.close();
    }

    @Test
    void protobufIsReadWithEveryFieldOfASpan() throws Exception {
        assertThat(post("/v1/traces", protobuf(1), "application/x-protobuf", false)).isEqualTo(200);

        assertThat(sink.spans()).hasSize(1);
        var span = sink.spans().getFirst();
        assertThat(span.traceId()).isEqualTo(TRACE);
        assertThat(span.spanId()).isEqualTo("00000000000000b1");
        assertThat(span.parentSpanId()).isEqualTo("00000000000000b0");
        assertThat(span.kind()).isEqualTo("CLIENT");
        assertThat(span.startNanos()).isEqualTo(1_000);
        assertThat(span.endNanos()).isEqualTo(2_000);
        assertThat(span.attributes())
                .isEqualTo(
                        Map.of(
                                "text",
                                "grüße",
                                "count",
                                7L,
                                "share",
                                0.5,
                                "on",
                                true,
                                "list",
                                List.of("a", "b")));
        assertThat(span.links())
                .containsExactly(
                        new SinkSpan.Link(TRACE, "00000000000000b2", Map.of("why", "asked")));
        assertThat(span.status()).isEqualTo(new SinkSpan.Status("ERROR", "mailbox full"));
        assertThat(span.resource()).isEqualTo(Map.of("service.name", "gateway"));
        assertThat(span.scope()).isEqualTo("test");
    }

    @Test
    void langfusePathAndHeadersAreRecordedAndGzipIsUnpacked() throws Exception {
        post("/api/public/otel/v1/traces", protobuf(2), "application/x-protobuf", true);

        var request = sink.requests().getFirst();
        assertThat(request.path()).isEqualTo("/api/public/otel/v1/traces");
        assertThat(request.headers())
                .containsEntry("x-langfuse-ingestion-version", "4")
                .containsEntry("content-encoding", "gzip");
        assertThat(request.spans()).isEqualTo(2);
        assertThat(request.body()).contains("mailbox full");
        assertThat(sink.saw("mailbox full")).isTrue();
        assertThat(sink.saw("canary")).isFalse();
    }

    @Test
    void jsonIsReadLikeProtobuf() throws Exception {
        String json =
                """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gateway"}}]},
                 "scopeSpans":[{"scope":{"name":"test"},"spans":[{"traceId":"%s","spanId":"00000000000000B1",
                 "parentSpanId":"00000000000000b0","name":"chat m","kind":3,"startTimeUnixNano":"1000","endTimeUnixNano":"2000",
                 "attributes":[{"key":"text","value":{"stringValue":"grüße"}},{"key":"count","value":{"intValue":"7"}},
                  {"key":"share","value":{"doubleValue":0.5}},{"key":"on","value":{"boolValue":true}},
                  {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"a"},{"stringValue":"b"}]}}}],
                 "links":[{"traceId":"%s","spanId":"00000000000000b2","attributes":[{"key":"why","value":{"stringValue":"asked"}}]}],
                 "status":{"code":2,"message":"mailbox full"}}]}]}]}
                """
                        .formatted(TRACE, TRACE);
        post("/v1/traces", json.getBytes(StandardCharsets.UTF_8), "application/json", false);
        post("/v1/traces", protobuf(1), "application/x-protobuf", false);

        var spans = sink.spans();
        assertThat(spans.get(0))
                .usingRecursiveComparison()
                .ignoringFields("request")
                .isEqualTo(spans.get(1));
        assertThat(sink.duplicates()).isEqualTo(1);
    }

    @Test
    void unreadableBodiesAndOtherPathsAreRefused() throws Exception {
        byte[] rubbish = {(byte) 0xff, 1, 2};
        assertThat(post("/v1/traces", rubbish, "application/x-protobuf", false)).isEqualTo(400);
        assertThat(post("/v1/traces", rubbish, "application/json", false)).isEqualTo(400);
        assertThat(post("/v1/logs", protobuf(1), "application/x-protobuf", false)).isEqualTo(404);
        assertThat(sink.spans()).isEmpty();
    }

    @Test
    void failuresAnswerAsToldKeepNoSpanAndHeal() throws Exception {
        sink.fail(SinkFault.tooManyRequests(3));
        assertThat(post("/v1/traces", protobuf(1), "application/x-protobuf", false)).isEqualTo(429);
        for (int code : List.of(400, 401, 500)) {
            sink.fail(SinkFault.status(code));
            assertThat(post("/v1/traces", protobuf(1), "application/x-protobuf", false))
                    .isEqualTo(code);
        }
        assertThat(sink.spans()).isEmpty();
        sink.fail(null);
        assertThat(post("/v1/traces", protobuf(1), "application/x-protobuf", false)).isEqualTo(200);
        assertThat(sink.requests())
                .extracting(OtlpSink.Request::status)
                .containsExactly(429, 400, 401, 500, 200);
        assertThat(sink.spans()).hasSize(1);
    }

    @Test
    void aHangingSinkNeverAnswersAndOneThatDropsHasStored() throws Exception {
        sink.fail(new SinkFault.Hang());
        try (var raw = WireClient.connect(sink.port()).timeout(Duration.ofMillis(200))) {
            raw.request("POST", "/v1/traces", "{}", "Content-Type: application/json");
            sink.awaitRequests(1, Duration.ofSeconds(10));
            assertThatThrownBy(raw::readHead).isInstanceOf(java.net.SocketTimeoutException.class);
        }
        sink.fail(new SinkFault.StoreThenDrop());
        assertThatThrownBy(() -> post("/v1/traces", protobuf(1), "application/x-protobuf", false))
                .isInstanceOf(IOException.class);
        assertThat(sink.awaitSpans(1, Duration.ofSeconds(10))).isNotEmpty();
    }

    @Test
    void awaitingEndsAsSoonAsTheSpansAreThereAndTellsWhatCameInstead() throws Exception {
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            var awaited = pool.submit(() -> sink.awaitSpans(2, Duration.ofSeconds(20)));
            post("/v1/traces", protobuf(2), "application/x-protobuf", false);
            assertThat(awaited.get()).hasSize(2);
        }
        assertThatThrownBy(() -> sink.awaitSpans(3, Duration.ofMillis(10)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("2 spans")
                .hasMessageContaining("span 0");
    }

    @Test
    void controlPathsServeAnotherProcess() throws Exception {
        post("/v1/traces", protobuf(1), "application/x-protobuf", false);
        assertThat(call("GET", "/sink/spans").body()).contains("mailbox full", "\"traceId\"");
        assertThat(call("GET", "/sink/chains").body()).contains("trace " + TRACE);
        assertThat(call("POST", "/sink/fail/503").statusCode()).isEqualTo(200);
        assertThat(post("/v1/traces", protobuf(1), "application/x-protobuf", false)).isEqualTo(503);
        assertThat(call("POST", "/sink/fail/sideways").statusCode()).isEqualTo(400);
        assertThat(call("DELETE", "/sink/spans").statusCode()).isEqualTo(200);
        assertThat(sink.spans()).isEmpty();
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        var request =
                HttpRequest.newBuilder(sink.uri().resolve(path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private int post(String path, byte[] body, String type, boolean gzip) throws Exception {
        var request =
                HttpRequest.newBuilder(sink.uri().resolve(path))
                        .header("Content-Type", type)
                        .header("x-langfuse-ingestion-version", "4");
        if (gzip) {
            request.header("Content-Encoding", "gzip");
        }
        request.POST(HttpRequest.BodyPublishers.ofByteArray(gzip ? gzip(body) : body));
        return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(out)) {
            zip.write(body);
        }
        return out.toByteArray();
    }

    private static byte[] protobuf(int count) {
        var scope = ScopeSpans.newBuilder();
        scope.getScopeBuilder().setName("test");
        for (int i = 0; i < count; i++) {
            scope.addSpans(span(i));
        }
        return ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                        ResourceSpans.newBuilder()
                                .setResource(
                                        Resource.newBuilder()
                                                .addAttributes(text("service.name", "gateway")))
                                .addScopeSpans(scope))
                .build()
                .toByteArray();
    }

    private static Span span(int i) {
        return Span.newBuilder()
                .setTraceId(id(TRACE))
                .setSpanId(id("00000000000000b" + (i + 1)))
                .setParentSpanId(id("00000000000000b0"))
                .setName(i == 0 ? "chat m" : "span 0")
                .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
                .setStartTimeUnixNano(1_000)
                .setEndTimeUnixNano(2_000)
                .addAttributes(text("text", "grüße"))
                .addAttributes(value("count", AnyValue.newBuilder().setIntValue(7)))
                .addAttributes(value("share", AnyValue.newBuilder().setDoubleValue(0.5)))
                .addAttributes(value("on", AnyValue.newBuilder().setBoolValue(true)))
                .addAttributes(
                        value(
                                "list",
                                AnyValue.newBuilder()
                                        .setArrayValue(
                                                ArrayValue.newBuilder()
                                                        .addValues(
                                                                AnyValue.newBuilder()
                                                                        .setStringValue("a"))
                                                        .addValues(
                                                                AnyValue.newBuilder()
                                                                        .setStringValue("b")))))
                .addLinks(
                        Span.Link.newBuilder()
                                .setTraceId(id(TRACE))
                                .setSpanId(id("00000000000000b2"))
                                .addAttributes(text("why", "asked")))
                .setStatus(
                        Status.newBuilder()
                                .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                                .setMessage("mailbox full"))
                .build();
    }

    private static KeyValue text(String key, String text) {
        return value(key, AnyValue.newBuilder().setStringValue(text));
    }

    private static KeyValue value(String key, AnyValue.Builder value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static ByteString id(String hex) {
        return ByteString.copyFrom(HexFormat.of().parseHex(hex));
    }
}
