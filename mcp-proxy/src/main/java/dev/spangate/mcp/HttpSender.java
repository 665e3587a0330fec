package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Sends HTTP requests for one server: fixed headers, the address guard, redirects that keep the
/// method.
///
/// A redirect to another origin loses every configured header, so that no credential follows it.
final class HttpSender {
    private static final Set<Integer> METHOD_KEEPING_REDIRECTS = Set.of(307, 308);
    private static final int MAX_REDIRECTS = 3;

    /// Among a request's headers: what shows who it is for stands there already, be it nothing.
    static final String IDENTIFIED = ":identified";

    private final Connections connections;
    private final Map<String, String> headers;
    private final Supplier<Map<String, String>> credentials;
    private final AddressGuard guard;
    private final Duration firstByte;

    /// What requests go over.
    ///
    /// @param plain asks DNS itself
    /// @param pinned goes where the guard looked
    record Connections(HttpClient plain, PinnedHttp pinned) {}

    /// @param headers sent with every request to the server's own origin
    /// @param credentials the same, asked anew for every request that is not identified
    /// @param firstByte how long a response's head may take
    HttpSender(
            Connections connections,
            Map<String, String> headers,
            Supplier<Map<String, String>> credentials,
            AddressGuard guard,
            Duration firstByte) {
        this.connections = connections;
        this.headers = Map.copyOf(headers);
        this.credentials = credentials;
        this.guard = guard;
        this.firstByte = firstByte;
    }

    /// The client for upstream traffic; callbacks run on its selector thread, which is why they
    /// must not block.
    static HttpClient.Builder newClient(Duration connectTimeout) {
        return HttpClient.newBuilder()
                .executor(Runnable::run)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTimeout);
    }

    /// One request; `headers` beside the configured ones.
    static final class Request {
        private final String method;
        private final URI address;
        private final Map<String, String> headers;
        private final byte @Nullable [] body;

        Request(String method, URI address, Map<String, String> headers, byte @Nullable [] body) {
            this.method = method;
            this.address = address;
            this.headers = headers;
            this.body = body;
        }

        String method() {
            return method;
        }

        URI address() {
            return address;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte @Nullable [] body() {
            return body;
        }
    }

    /// Sends and waits for the response's head.
    ///
    /// @param abort told how to give the request up while it waits
    /// @throws TransportFailure if no response came
    HttpResponse<InputStream> send(Request request, Abort abort) {
        var address = request.address();
        for (var hop = 0; ; hop++) {
            var response = exchange(request, address, abort);
            if (!METHOD_KEEPING_REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            var location = response.headers().firstValue("location").orElse("");
            abort.closeQuietly(response.body());
            if (location.isEmpty() || hop == MAX_REDIRECTS) {
                throw TransportFailure.status(
                        Kind.HTTP_STATUS,
                        response.statusCode(),
                        "redirected too often or to nowhere");
            }
            address = target(address, location);
        }
    }

    /// As [#send]; a redirect is an answer like any other.
    HttpResponse<InputStream> sendWithoutRedirects(Request request, Abort abort) {
        return exchange(request, request.address(), abort);
    }

    private HttpResponse<InputStream> exchange(Request request, URI address, Abort abort) {
        var pinned = guard.check(address).orElse(null);
        var target = pinned == null ? address : PinnedHttp.at(address, pinned);
        var builder = HttpRequest.newBuilder(target).timeout(firstByte);
        if (pinned != null) {
            nameHost(builder, address);
        }
        if (sameOrigin(address, request.address())) {
            headers.forEach(builder::setHeader);
            if (!request.headers().containsKey(IDENTIFIED)) {
                credentials.get().forEach((name, value) -> ownHeader(builder, name, value));
            }
            request.headers().forEach((name, value) -> ownHeader(builder, name, value));
        } else {
            request.headers().forEach((name, value) -> protocolHeader(builder, name, value));
        }
        var body = request.body();
        builder.method(
                request.method(),
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        var client = pinned == null ? connections.plain() : connections.pinned().client(address);
        var pending = client.sendAsync(builder.build(), BodyHandlers.ofInputStream());
        abort.on(pending);
        return await(pending);
    }

    private static void nameHost(HttpRequest.Builder builder, URI address) {
        try {
            builder.setHeader("Host", PinnedHttp.host(address));
        } catch (IllegalArgumentException restricted) {
            throw new TransportFailure(
                    Kind.CONNECT,
                    "cannot be reached safely: start Java with"
                            + " -Djdk.httpclient.allowRestrictedHeaders=host",
                    restricted);
        }
    }

    private static void ownHeader(HttpRequest.Builder builder, String name, String value) {
        if (name.equals(IDENTIFIED)) {
            return;
        }
        try {
            builder.setHeader(name, value);
        } catch (IllegalArgumentException notForAHeader) { // its message may quote the value
            throw new TransportFailure(
                    Kind.PROTOCOL, "header '" + name + "' of the request cannot be sent");
        }
    }

    private HttpResponse<InputStream> await(CompletableFuture<HttpResponse<InputStream>> pending) {
        try {
            return pending.get(firstByte.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failure(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            pending.cancel(true);
            throw new TransportFailure(Kind.TIMEOUT, "did not answer within " + firstByte, late);
        } catch (InterruptedException interrupted) {
            pending.cancel(true);
            Thread.currentThread().interrupt();
            throw new TransportFailure(Kind.CLOSED, "request was interrupted", interrupted);
        } catch (CancellationException aborted) {
            throw new TransportFailure(Kind.CLOSED, "request was given up", aborted);
        }
    }

    private TransportFailure failure(Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException late ->
                    new TransportFailure(Kind.CONNECT, "did not accept a connection in time", late);
            case HttpTimeoutException late ->
                    new TransportFailure(
                            Kind.TIMEOUT,
                            "sent no response head within " + TransportFailure.words(firstByte),
                            late);
            case ConnectException refused ->
                    new TransportFailure(Kind.CONNECT, "cannot be connected to", refused);
            case IOException broken ->
                    new TransportFailure(
                            Kind.CLOSED, "closed the connection without a response", broken);
            default -> new TransportFailure(Kind.PROTOCOL, "request failed: " + cause, cause);
        };
    }

    /// To a foreign origin goes what MCP needs, and nothing that could be a credential.
    private static void protocolHeader(HttpRequest.Builder builder, String name, String value) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("accept") || lower.equals("content-type") || lower.startsWith("mcp-")) {
            builder.setHeader(name, value);
        }
    }

    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && one.getHost().equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI address) {
        return address.getPort() >= 0
                ? address.getPort()
                : address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    private static URI target(URI from, String location) {
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException malformed) {
            throw new TransportFailure(
                    Kind.PROTOCOL, "redirected to a malformed address", malformed);
        }
    }
}
