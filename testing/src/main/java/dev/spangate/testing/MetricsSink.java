package dev.spangate.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real OTLP/HTTP server for metrics on 127.0.0.1; takes spans, too, and forgets them.
///
/// All methods may be called from any thread.
public final class MetricsSink implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Push> pushes = new LinkedBlockingQueue<>();

    private MetricsSink(HttpServer server) {
        this.server = server;
    }

    /// One POST of metrics.
    ///
    /// @param path path of the request
    /// @param headers lower-case names, first values
    /// @param values the first point of each metric by its name: a number, or a histogram's count
    public record Push(String path, Map<String, String> headers, Map<String, Double> values) {
        public Push {
            headers = Map.copyOf(headers);
            values = Map.copyOf(values);
        }
    }

    /// Starts on a free port.
    public static MetricsSink start() {
        try {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var sink = new MetricsSink(HttpServer.create(address, 16));
            sink.server.setExecutor(sink.threads);
            sink.server.createContext("/", sink::handle);
            sink.server.start();
            return sink;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on 127.0.0.1", e);
        }
    }

    /// The base address.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /// The next push in order of arrival, or null if none comes in time.
    public @Nullable Push next(Duration timeout) {
        try {
            return pushes.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
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
            if (path.endsWith("/metrics")) {
                pushes.add(new Push(path, headers(exchange), values(body)));
            }
            OtlpSink.respond(exchange, 200, "application/x-protobuf", new byte[0]);
        }
    }

    private static Map<String, String> headers(HttpExchange exchange) {
        var headers = new HashMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, all) -> headers.put(name.toLowerCase(Locale.ROOT), all.getFirst()));
        return headers;
    }

    private static Map<String, Double> values(byte[] body) throws IOException {
        var values = new TreeMap<String, Double>();
        for (var resource : ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList()) {
            for (var scope : resource.getScopeMetricsList()) {
                scope.getMetricsList()
                        .forEach(metric -> values.put(metric.getName(), value(metric)));
            }
        }
        return values;
    }

    private static double value(Metric metric) {
        return switch (metric.getDataCase()) {
            case SUM -> number(metric.getSum().getDataPointsList());
            case GAUGE -> number(metric.getGauge().getDataPointsList());
            case HISTOGRAM -> metric.getHistogram().getDataPoints(0).getCount();
            default -> Double.NaN;
        };
    }

    private static double number(List<NumberDataPoint> points) {
        if (points.isEmpty()) {
            return Double.NaN;
        }
        var first = points.getFirst();
        return first.hasAsInt() ? first.getAsInt() : first.getAsDouble();
    }
}
