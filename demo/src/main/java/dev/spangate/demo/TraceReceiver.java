package dev.spangate.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The demo's own backend: an OTLP/HTTP receiver on 127.0.0.1 that keeps what it is sent.
final class TraceReceiver implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 20;

    private final List<ExportedSpan> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    private TraceReceiver(HttpServer server) {
        this.server = server;
    }

    /// Starts on a free port.
    static TraceReceiver start() {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var receiver = new TraceReceiver(HttpServer.create(address, 0));
            receiver.server.createContext("/v1/traces", receiver::receive);
            receiver.server.start();
            return receiver;
        } catch (IOException e) {
            throw new UncheckedIOException("no port on 127.0.0.1", e);
        }
    }

    /// The base of the OTLP endpoint.
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// What has arrived so far, in order of arrival.
    List<ExportedSpan> spans() {
        return List.copyOf(spans);
    }

    /// Waits until what has arrived satisfies the condition, or the time is over.
    List<ExportedSpan> await(Predicate<List<ExportedSpan>> condition, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!condition.test(spans()) && System.nanoTime() < deadline) {
            try {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return spans();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = keep(exchange.getRequestBody().readAllBytes());
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private int keep(byte[] body) throws IOException {
        try {
            ExportTraceServiceRequest.parseFrom(plain(body)).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(span -> spans.add(exported(span)));
            return 200;
        } catch (InvalidProtocolBufferException | ZipException e) {
            return 400;
        }
    }

    /// Gzip is known by its first bytes.
    private static byte[] plain(byte[] body) throws IOException {
        if (body.length < 2 || (body[0] & 0xff) != 0x1f || (body[1] & 0xff) != 0x8b) {
            return body;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            return in.readAllBytes();
        }
    }

    private static ExportedSpan exported(Span span) {
        return new ExportedSpan(
                hex(span.getTraceId()),
                hex(span.getSpanId()),
                parent(span),
                span.getName(),
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano(),
                span.getStatus()
                        .getCode()
                        .name()
                        .replace("STATUS_CODE_", "")
                        .toLowerCase(Locale.ROOT),
                span.getStatus().getMessage(),
                attributes(span.getAttributesList()),
                span.getLinksList().stream()
                        .map(link ->
                                new ExportedSpan.Link(
                                        hex(link.getSpanId()),
                                        attributes(link.getAttributesList())))
                        .toList());
    }

    private static @Nullable String parent(Span span) {
        return span.getParentSpanId().isEmpty() ? null : hex(span.getParentSpanId());
    }

    private static Map<String, Object> attributes(List<KeyValue> list) {
        var map = new LinkedHashMap<String, Object>();
        list.forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
        return map;
    }

    private static Object value(AnyValue value) {
        return switch (value.getValueCase()) {
            case BOOL_VALUE -> value.getBoolValue();
            case INT_VALUE -> value.getIntValue();
            case DOUBLE_VALUE -> value.getDoubleValue();
            case ARRAY_VALUE ->
                    value.getArrayValue().getValuesList().stream()
                            .map(TraceReceiver::value)
                            .toList();
            default -> value.getStringValue();
        };
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
