package dev.spangate.telemetry;

import dev.spangate.telemetry.TelemetryConfig.Otlp;
import dev.spangate.telemetry.TelemetryConfig.Protocol;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/// OTLP by the OpenTelemetry SDK's own exporters, with senders that keep the answer; the SDK's
/// retry is off, because it gives up.
final class OtlpTransport implements Transport {
    private static final String TRACES = "/v1/traces";

    private final ReentrantLock lock = new ReentrantLock(); // one answer belongs to one request
    private final SpanExporter exporter;
    private final AtomicReference<Receipt> answer;
    private final Duration patience;

    private OtlpTransport(
            SpanExporter exporter, AtomicReference<Receipt> answer, Duration timeout) {
        this.exporter = exporter;
        this.answer = answer;
        this.patience = timeout.plusSeconds(5);
    }

    static OtlpTransport of(Otlp otlp) {
        var headers = new HashMap<String, String>();
        otlp.headers().forEach((name, value) -> headers.put(name, value.value()));
        return otlp.protocol() == Protocol.GRPC ? grpc(otlp, headers) : http(otlp, headers);
    }

    /// The endpoint as it is, or with the path that OTLP over HTTP has.
    static URI tracesUrl(URI endpoint) {
        String path = endpoint.getPath() == null ? "" : endpoint.getPath();
        if (path.endsWith("/traces")) {
            return endpoint;
        }
        String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String query = endpoint.getRawQuery() == null ? "" : "?" + endpoint.getRawQuery();
        return endpoint.resolve(base + TRACES + query);
    }

    @Override
    public Receipt send(List<SpanData> spans) {
        lock.lock();
        try {
            answer.set(new Receipt.Later("no answer within " + patience, Duration.ZERO));
            exporter.export(spans).join(patience.toMillis(), TimeUnit.MILLISECONDS);
            return answer.get();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        exporter.shutdown();
    }

    private static OtlpTransport http(Otlp otlp, Map<String, String> headers) {
        var answer = new AtomicReference<Receipt>();
        HttpSenderProvider provider = config -> new BlockingSender(config, answer::set);
        var exporter =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(tracesUrl(otlp.endpoint()).toString())
                        .setHeaders(() -> headers)
                        .setTimeout(otlp.timeout())
                        .setCompression("gzip")
                        .setRetryPolicy(null)
                        .setComponentLoader(loading(HttpSenderProvider.class, _ -> provider))
                        .build();
        return new OtlpTransport(exporter, answer, otlp.timeout());
    }

    private static OtlpTransport grpc(Otlp otlp, Map<String, String> headers) {
        var answer = new AtomicReference<Receipt>();
        String url = otlp.endpoint().toString();
        Function<GrpcSenderProvider, GrpcSenderProvider> listening =
                real -> config -> new ListeningSender(real, config, url, answer::set);
        var exporter =
                OtlpGrpcSpanExporter.builder()
                        .setEndpoint(url)
                        .setHeaders(() -> headers)
                        .setTimeout(otlp.timeout())
                        .setCompression("gzip")
                        .setRetryPolicy(null)
                        .setComponentLoader(loading(GrpcSenderProvider.class, listening))
                        .build();
        return new OtlpTransport(exporter, answer, otlp.timeout());
    }

    /// The SDK's own way to find components, with one of them replaced.
    private static <P> ComponentLoader loading(Class<P> type, Function<P, P> replaced) {
        var usual = ComponentLoader.forClassLoader(OtlpTransport.class.getClassLoader());
        return new ComponentLoader() {
            @Override
            public <T> Iterable<T> load(Class<T> spi) {
                var found = usual.load(spi);
                if (!spi.equals(type)) {
                    return found;
                }
                for (var component : found) {
                    return List.of(spi.cast(replaced.apply(type.cast(component))));
                }
                return List.of();
            }
        };
    }

    /// Passes on to the SDK's sender and keeps what came back.
    private static final class ListeningSender implements GrpcSender {
        private final GrpcSender real;
        private final String url;
        private final Consumer<Receipt> receipts;

        ListeningSender(
                GrpcSenderProvider real,
                GrpcSenderConfig config,
                String url,
                Consumer<Receipt> receipts) {
            this.real = real.createSender(config);
            this.url = url;
            this.receipts = receipts;
        }

        @Override
        public void send(
                MessageWriter writer,
                Consumer<GrpcResponse> onResponse,
                Consumer<Throwable> onError) {
            real.send(
                    writer,
                    response -> {
                        receipts.accept(GrpcReceipts.of(response, url));
                        onResponse.accept(new Told());
                    },
                    error -> {
                        receipts.accept(
                                new Receipt.Later(url + ": " + error.getMessage(), Duration.ZERO));
                        onResponse.accept(new Told());
                    });
        }

        @Override
        public CompletableResultCode shutdown() {
            return real.shutdown();
        }
    }

    /// What the exporter is told in any case; it would log every failure once more.
    private record Told() implements GrpcResponse {
        @Override
        public GrpcStatusCode getStatusCode() {
            return GrpcStatusCode.OK;
        }

        @Override
        public String getStatusDescription() {
            return "";
        }

        @Override
        public byte[] getResponseMessage() {
            return new byte[0];
        }
    }
}
