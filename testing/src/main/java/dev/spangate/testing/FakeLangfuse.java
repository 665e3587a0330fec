package dev.spangate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Langfuse v4 as far as a gateway and its operator meet it: OTLP in, `GET
/// /api/public/v2/observations` out, with key pair, field groups, pages, and rows that come late.
///
/// All methods may be called from any thread.
public final class FakeLangfuse implements AutoCloseable {
    /// The key pair of its one project.
    public static final String PUBLIC_KEY = "pk-lf-fake";

    public static final String SECRET_KEY = "sk-lf-fake-0123456789";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BASIC =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString(
                                    (PUBLIC_KEY + ":" + SECRET_KEY)
                                            .getBytes(StandardCharsets.UTF_8));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<SinkSpan> spans = new CopyOnWriteArrayList<>();
    private final List<String> queries = new CopyOnWriteArrayList<>();
    private final AtomicInteger emptyReads = new AtomicInteger();
    private volatile int pageSize = 50;
    private volatile @Nullable SinkFault reading;
    private volatile Function<ObjectNode, @Nullable ObjectNode> rows = row -> row;

    private FakeLangfuse(HttpServer server) {
        this.server = server;
    }

    /// Starts on a free port of 127.0.0.1.
    public static FakeLangfuse start() {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var fake = new FakeLangfuse(HttpServer.create(address, 64));
            fake.server.setExecutor(fake.threads);
            fake.server.createContext("/", fake::handle);
            fake.server.start();
            return fake;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on 127.0.0.1", e);
        }
    }

    /// What `telemetry.langfuse.host` takes.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The next reads find nothing yet, although spans have arrived.
    public FakeLangfuse lateBy(int reads) {
        emptyReads.set(reads);
        return this;
    }

    /// Rows per page at most.
    public FakeLangfuse pagesOf(int size) {
        pageSize = size;
        return this;
    }

    /// Every read is answered with this status; null heals, and so does any other fault.
    public FakeLangfuse failReads(@Nullable SinkFault fault) {
        reading = fault;
        return this;
    }

    /// Changes each row before it is read; null leaves it out.
    public FakeLangfuse changeRows(Function<ObjectNode, @Nullable ObjectNode> change) {
        rows = change;
        return this;
    }

    /// Everything that arrived, in order.
    public List<SinkSpan> spans() {
        return List.copyOf(spans);
    }

    /// The queries of all reads, in order.
    public List<String> queries() {
        return List.copyOf(queries);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = OtlpSink.body(exchange);
            var path = exchange.getRequestURI().getPath();
            if (path.equals("/api/public/health")) {
                answer(exchange, 200, JSON.createObjectNode().put("version", "4.16.0"));
            } else if (!BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                answer(exchange, 401, message("Invalid credentials"));
            } else if (path.equals("/api/public/otel/v1/traces")) {
                ingest(exchange, body);
            } else if (path.equals("/api/public/v2/observations")) {
                read(exchange);
            } else {
                answer(exchange, 404, message("Not found"));
            }
        }
    }

    private void ingest(HttpExchange exchange, byte[] body) throws IOException {
        spans.addAll(OtlpProtobuf.read(body, 0));
        answer(exchange, 200, JSON.createObjectNode());
    }

    private void read(HttpExchange exchange) throws IOException {
        var query = String.valueOf(exchange.getRequestURI().getRawQuery());
        queries.add(query);
        if (reading instanceof SinkFault.Status(var code, var headers, var type, var text)) {
            headers.forEach(exchange.getResponseHeaders()::set);
            OtlpSink.respond(exchange, code, type, text.getBytes(StandardCharsets.UTF_8));
            return;
        }
        var wanted = parameters(query);
        var found = new ArrayList<ObjectNode>();
        if (emptyReads.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
            for (var span : spans) {
                if (span.traceId().equals(wanted.get("traceId"))) {
                    var row = rows.apply(row(LangfuseObservation.of(span), wanted));
                    if (row != null) {
                        found.add(row);
                    }
                }
            }
        }
        int from = Integer.parseInt(wanted.getOrDefault("cursor", "0"));
        int limit = Math.min(pageSize, Integer.parseInt(wanted.getOrDefault("limit", "50")));
        int to = Math.min(found.size(), from + limit);
        var answer = JSON.createObjectNode();
        var data = answer.putArray("data");
        found.subList(Math.min(from, to), to).forEach(data::add);
        var meta = answer.putObject("meta");
        if (to < found.size()) {
            meta.put("cursor", Integer.toString(to));
        }
        answer(exchange, 200, answer);
    }

    /// Only the field groups that were asked for, as the real one does.
    private static ObjectNode row(LangfuseObservation seen, Map<String, String> wanted) {
        var fields = List.of(wanted.getOrDefault("fields", "core,basic").split(","));
        var row = JSON.createObjectNode();
        row.put("id", seen.spanId()).put("traceId", seen.traceId()).put("type", seen.type());
        row.put("startTime", Instant.ofEpochMilli(seen.startNanos() / 1_000_000).toString());
        row.put("parentObservationId", seen.parentSpanId().isEmpty() ? null : seen.parentSpanId());
        if (fields.contains("basic")) {
            row.put("name", seen.name()).put("level", seen.level());
            row.put("sessionId", seen.sessionId());
        }
        if (fields.contains("io")) {
            row.put("input", seen.input()).put("output", seen.output());
        }
        if (fields.contains("metadata")) {
            var metadata = row.putObject("metadata");
            seen.metadata().forEach((key, value) -> metadata.put(key, shortened(value)));
        }
        if (fields.contains("usage")) {
            var usage = row.putObject("usageDetails");
            seen.usage().forEach(usage::put);
        }
        return row;
    }

    /// Metadata is cut at 200 characters unless a key is asked for in full.
    private static String shortened(String value) {
        return value.length() > 200 ? value.substring(0, 200) : value;
    }

    private static Map<String, String> parameters(String query) {
        var found = new HashMap<String, String>();
        for (var pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                found.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return found;
    }

    private static ObjectNode message(String text) {
        return JSON.createObjectNode().put("message", text);
    }

    private static void answer(HttpExchange exchange, int status, ObjectNode body)
            throws IOException {
        OtlpSink.respond(exchange, status, "application/json", JSON.writeValueAsBytes(body));
    }
}
