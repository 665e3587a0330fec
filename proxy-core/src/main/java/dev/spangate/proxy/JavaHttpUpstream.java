package dev.spangate.proxy;

import dev.spangate.proxy.ArrivedAnswer.Arrived;
import dev.spangate.proxy.UpstreamException.Kind;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/// [Upstream] over `java.net.http`: HTTP/1.1, no redirects, work done on the caller's thread.
final class JavaHttpUpstream implements Upstream {
    /// `java.net.http` sets these itself and refuses them.
    private static final Set<String> OWN =
            Set.of("connection", "content-length", "expect", "host", "upgrade");

    /// One client per connect limit, of which a configuration has few.
    private final Map<Duration, HttpClient> clients = new ConcurrentHashMap<>();

    private final Deadlines deadlines = new Deadlines();

    @Override
    public UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
        var http = toHttp(request);
        var abort = request.abort();
        var timeouts = request.timeouts();
        var total = deadlines.start(timeouts.total(), Kind.TOTAL_TIMEOUT, abort);
        var firstByte = deadlines.start(timeouts.firstByte(), Kind.FIRST_BYTE_TIMEOUT, abort);
        boolean answered = false;
        try {
            var arrived = await(client(timeouts.connect()), http, abort);
            answered = true;
            var idle = deadlines.start(timeouts.idle(), Kind.IDLE_TIMEOUT, abort);
            idle.pause();
            return response(request, arrived, idle, total);
        } finally {
            firstByte.stop();
            if (!answered) {
                total.stop();
            }
        }
    }

    private UpstreamResponse response(
            UpstreamRequest request,
            Arrived arrived,
            Deadlines.Deadline idle,
            Deadlines.Deadline total) {
        var body = new WatchedBody(arrived.body(), request.uri(), request.abort(), idle, total);
        request.abort().onFire(body::close);
        return new UpstreamResponse(
                arrived.head().statusCode(),
                fields(arrived.head().headers().map()),
                body,
                body::close);
    }

    private static Arrived await(HttpClient client, HttpRequest http, Abort abort)
            throws UpstreamException {
        var answer = new ArrivedAnswer();
        CompletableFuture<HttpResponse<InputStream>> pending = client.sendAsync(http, answer);
        abort.onFire(() -> pending.cancel(true));
        try {
            pending.get();
            return answer.whole();
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            var begun = answer.brokenOff(cause);
            if (begun == null) {
                throw Failures.of(http.uri(), abort, cause);
            }
            return begun;
        } catch (CancellationException e) {
            throw Failures.of(http.uri(), abort, e);
        } catch (InterruptedException e) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new UpstreamException(Kind.CANCELLED, "interrupted", e);
        }
    }

    private HttpClient client(Duration connect) {
        return clients.computeIfAbsent(connect, JavaHttpUpstream::newClient);
    }

    private static HttpClient newClient(Duration connect) {
        var builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Runnable::run);
        return (connect.isZero() ? builder : builder.connectTimeout(connect)).build();
    }

    private static HttpRequest toHttp(UpstreamRequest request) throws UpstreamException {
        try {
            var builder = HttpRequest.newBuilder(request.uri());
            for (var field : request.fields()) {
                if (!OWN.contains(field.name().toLowerCase(Locale.ROOT))) {
                    builder.header(field.name(), field.value());
                }
            }
            boolean empty = request.body().length == 0;
            return builder.method(
                            request.method(),
                            empty
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(request.body()))
                    .build();
        } catch (IllegalArgumentException e) {
            // The JDK's message may quote a header's value.
            throw new UpstreamException(
                    Kind.PROTOCOL, "the request to " + request + " cannot be sent", null);
        }
    }

    private static List<HttpField> fields(Map<String, List<String>> headers) {
        var fields = new ArrayList<HttpField>();
        headers.forEach((name, values) -> values.forEach(v -> fields.add(new HttpField(name, v))));
        return fields;
    }

    @Override
    public void close() {
        deadlines.close();
        clients.values().forEach(HttpClient::shutdownNow);
    }
}
