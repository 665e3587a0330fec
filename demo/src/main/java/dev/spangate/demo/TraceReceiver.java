package dev.spangate.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

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
            spans.addAll(OtlpReader.read(plain(body)));
            return 200;
        } catch (IllegalArgumentException | ZipException e) {
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
}
