package dev.spangate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A real OTLP/HTTP server on 127.0.0.1 that keeps every span it is sent.
///
/// It takes protobuf and JSON, gzip or not, on every path that ends in `/v1/traces`, so it stands
/// for a collector (`/v1/traces`) and for Langfuse (`/api/public/otel/v1/traces`). All methods may
/// be called from any thread.
public final class OtlpSink implements AutoCloseable {
    private static final String TRACES = "/v1/traces";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SinkStore store = new SinkStore();
    private volatile @Nullable SinkFault fault;

    private OtlpSink(HttpServer server) {
        this.server = server;
    }

    /// One POST as it arrived.
    ///
    /// @param path path of the request
    /// @param headers lower-case names; several values are joined by a comma
    /// @param body the decompressed bytes as ISO-8859-1 text, so a search for a canary finds it
    /// @param spans how many spans it held; -1 when it could not be read
    /// @param status what it was answered; 0 when never
    public record Request(
            String path, Map<String, String> headers, String body, int spans, int status) {
        public Request {
            headers = Map.copyOf(headers);
        }
    }

    /// Starts on a free port.
    public static OtlpSink start() {
        return start(0);
    }

    /// Starts on a port of 127.0.0.1; 0 takes a free one.
    public static OtlpSink start(int port) {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            var sink = new OtlpSink(HttpServer.create(address, 128));
            sink.server.setExecutor(sink.threads);
            sink.server.createContext("/", sink::handle);
            sink.server.createContext("/sink/", new SinkControl(sink)::handle);
            sink.server.start();
            return sink;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on 127.0.0.1:" + port, e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// `http://127.0.0.1:port`: what `telemetry.langfuse.host` takes.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// The full address of the generic OTLP path.
    public URI tracesUri() {
        return uri().resolve(TRACES);
    }

    /// Fails every request from now on; null heals.
    public void fail(@Nullable SinkFault next) {
        fault = next;
    }

    /// Every span in order of arrival, repeats included.
    public List<SinkSpan> spans() {
        return store.spans();
    }

    /// Every request in order of arrival, failed ones included.
    public List<Request> requests() {
        return store.requests();
    }

    /// How many spans arrived whose trace and span id had arrived before.
    public int duplicates() {
        return store.duplicates();
    }

    /// The spans so far, read by the rules of Langfuse.
    public LangfuseView langfuse() {
        return LangfuseView.of(spans());
    }

    /// True when any request's body or header holds the text.
    public boolean saw(String text) {
        return requests().stream()
                .anyMatch(request ->
                        request.body().contains(text)
                                || request.headers().toString().contains(text));
    }

    /// Waits until the spans so far satisfy the condition; an [AssertionError] with the chains that
    /// did arrive tells of a time-out.
    public List<SinkSpan> awaitSpans(Predicate<List<SinkSpan>> condition, Duration timeout) {
        return store.await(condition, timeout);
    }

    /// Waits until at least so many spans have arrived.
    public List<SinkSpan> awaitSpans(int count, Duration timeout) {
        return awaitSpans(spans -> spans.size() >= count, timeout);
    }

    /// Waits until at least so many requests have arrived, failed ones included.
    public List<Request> awaitRequests(int count, Duration timeout) {
        return store.awaitRequests(count, timeout);
    }

    /// Forgets everything.
    public void clear() {
        store.clear();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = body(exchange);
            SinkFault current = unless(body, fault);
            if (!exchange.getRequestURI().getPath().endsWith(TRACES)) {
                respond(
                        exchange,
                        404,
                        "text/plain",
                        "no such path".getBytes(StandardCharsets.UTF_8));
            } else if (!exchange.getRequestMethod().equals("POST")) {
                respond(exchange, 405, "text/plain", new byte[0]);
            } else if (current == null || keeps(current)) {
                accept(exchange, body, current);
            } else {
                refuse(exchange, body, current);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A picky sink is sound but for the requests that it refuses.
    private static @Nullable SinkFault unless(byte[] body, @Nullable SinkFault current) {
        if (!(current instanceof SinkFault.Picky(String text))) {
            return current;
        }
        boolean bad = new String(body, StandardCharsets.ISO_8859_1).contains(text);
        return bad ? SinkFault.status(400) : null;
    }

    private static boolean keeps(SinkFault fault) {
        return fault instanceof SinkFault.Trickle || fault instanceof SinkFault.StoreThenDrop;
    }

    private void accept(HttpExchange exchange, byte[] body, @Nullable SinkFault how)
            throws IOException, InterruptedException {
        boolean json = contentType(exchange).contains("json");
        List<SinkSpan> spans;
        try {
            int ordinal = store.requests().size();
            spans = json ? OtlpJson.read(body, ordinal) : OtlpProtobuf.read(body, ordinal);
        } catch (IOException | RuntimeException e) {
            store.add(request(exchange, body, -1, 400), List.of());
            respond(
                    exchange,
                    400,
                    "text/plain",
                    ("unreadable: " + e).getBytes(StandardCharsets.UTF_8));
            return;
        }
        boolean answered = !(how instanceof SinkFault.StoreThenDrop);
        store.add(request(exchange, body, spans.size(), answered ? 200 : 0), spans);
        if (how instanceof SinkFault.Trickle) {
            trickle(exchange);
        } else if (answered) {
            byte[] reply = json ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0];
            respond(exchange, 200, contentType(exchange), reply);
        }
    }

    private void refuse(HttpExchange exchange, byte[] body, SinkFault current)
            throws IOException, InterruptedException {
        if (current instanceof SinkFault.Status status) {
            store.add(request(exchange, body, -1, status.code()), List.of());
            status.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] reply = status.body().getBytes(StandardCharsets.UTF_8);
            respond(exchange, status.code(), status.contentType(), reply);
        } else {
            store.add(request(exchange, body, -1, 0), List.of());
            Thread.sleep(Duration.ofHours(1)); // until the client gives up or the sink closes
        }
    }

    private static void trickle(HttpExchange exchange) throws IOException, InterruptedException {
        byte[] reply = "{\"slow\":true}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, reply.length);
        for (byte one : reply) {
            exchange.getResponseBody().write(one);
            exchange.getResponseBody().flush();
            Thread.sleep(Duration.ofSeconds(1));
        }
    }

    static void respond(HttpExchange exchange, int code, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(code, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    private static Request request(HttpExchange exchange, byte[] body, int spans, int status) {
        var headers = new TreeMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) ->
                        headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        return new Request(
                exchange.getRequestURI().getPath(),
                headers,
                new String(body, StandardCharsets.ISO_8859_1),
                spans,
                status);
    }

    /// The request's body, unpacked where it is compressed.
    static byte[] body(HttpExchange exchange) throws IOException {
        byte[] raw = exchange.getRequestBody().readAllBytes();
        String encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
        if (encoding == null || !encoding.contains("gzip")) {
            return raw;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            return in.readAllBytes();
        }
    }

    private static String contentType(HttpExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        return type == null ? "application/x-protobuf" : type;
    }
}
