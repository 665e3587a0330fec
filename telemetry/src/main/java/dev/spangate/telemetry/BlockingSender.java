package dev.spangate.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/// Sends what the SDK's exporter marshalled and keeps the whole answer: the exporter itself tells
/// its caller neither the status nor `Retry-After`. One request at a time.
final class BlockingSender implements HttpSender {
    private static final int BODY_BYTES = 16 << 10;
    private static final Duration BODY_WAIT = Duration.ofSeconds(2);

    private final HttpSenderConfig config;
    private final HttpClient client;
    private final String url;
    private final Consumer<Receipt> receipts;

    /// @param receipts told what became of each request
    BlockingSender(HttpSenderConfig config, Consumer<Receipt> receipts) {
        this.config = config;
        this.receipts = receipts;
        this.url = config.getEndpoint().toString();
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10));
        if (config.getSslContext() != null) {
            builder.sslContext(config.getSslContext());
        }
        this.client = builder.build();
    }

    @Override
    public void send(
            MessageWriter writer, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
        Receipt receipt;
        try {
            receipt = exchange(body(writer));
        } catch (IOException e) {
            receipt = new Receipt.Later("%s: %s".formatted(url, reason(e)), Duration.ZERO);
        }
        receipts.accept(receipt);
        onResponse.accept(new Told());
    }

    @Override
    public CompletableResultCode shutdown() {
        client.shutdownNow();
        return CompletableResultCode.ofSuccess();
    }

    private Receipt exchange(byte[] body) throws IOException {
        var request = HttpRequest.newBuilder(config.getEndpoint());
        request.header("Content-Type", config.getContentType());
        if (config.getCompressor() != null) {
            request.header("Content-Encoding", config.getCompressor().getEncoding());
        }
        var headers = config.getHeadersSupplier().get();
        if (headers != null) {
            headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        }
        request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        var pending = client.sendAsync(request.build(), BodyHandlers.ofInputStream());
        try {
            var response = pending.get(config.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
            try (var content = response.body()) {
                return HttpReceipts.of(
                        response.statusCode(),
                        response.headers().firstValue("content-type").orElse(""),
                        response.headers().firstValue("retry-after").orElse(""),
                        text(content),
                        url);
            }
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new IOException("no answer within " + config.getTimeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw new IOException(reason(e.getCause() == null ? e : e.getCause()), e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /// The beginning of the body; an answer that drips is not waited for, its status is enough.
    private static String text(InputStream content) throws IOException {
        var reader = new DrippingBody(content);
        var thread = Thread.ofVirtual().name("spangate-otlp-answer").start(reader);
        try {
            thread.join(BODY_WAIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return reader.text();
    }

    private byte[] body(MessageWriter writer) throws IOException {
        var out = new ByteArrayOutputStream(Math.max(256, writer.getContentLength() / 4));
        var compressor = config.getCompressor();
        if (compressor == null) {
            writer.writeMessage(out);
        } else {
            boolean gzip = compressor.getEncoding().equals("gzip");
            try (var compressed = gzip ? new FastGzip(out) : compressor.compress(out)) {
                writer.writeMessage(compressed);
            }
        }
        return out.toByteArray();
    }

    private static String reason(Throwable e) {
        String message = e.getMessage();
        if (message != null) {
            return message;
        }
        return e instanceof ConnectException
                ? "no connection: nothing listens there, or the host name is unknown"
                : e.getClass().getSimpleName();
    }

    /// The SDK's compressor takes three times as long to make spans a tenth smaller.
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 16 << 10);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    /// Reads on a thread of its own what arrives in time.
    private static final class DrippingBody implements Runnable {
        private final InputStream content;
        private final byte[] bytes = new byte[BODY_BYTES];
        private final AtomicInteger length = new AtomicInteger();

        DrippingBody(InputStream content) {
            this.content = content;
        }

        @Override
        public void run() {
            try {
                for (int at = 0, read = 0; at < bytes.length && read >= 0; at = length.get()) {
                    read = content.read(bytes, at, bytes.length - at);
                    length.addAndGet(Math.max(0, read));
                }
            } catch (IOException _) {
                // What was read so far is enough to tell a person.
            }
        }

        String text() {
            return new String(bytes, 0, length.get(), StandardCharsets.UTF_8);
        }
    }

    /// What the exporter is told in any case: what became of the request goes another way, and it
    /// would log every failure once more.
    private record Told() implements HttpResponse {
        @Override
        public int getStatusCode() {
            return 200;
        }

        @Override
        public String getStatusMessage() {
            return "OK";
        }

        @Override
        public byte[] getResponseBody() {
            return new byte[0];
        }
    }
}
