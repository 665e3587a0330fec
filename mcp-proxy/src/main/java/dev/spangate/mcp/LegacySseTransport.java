package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/// HTTP with SSE as of 2024-11-05 behind the SDK's transport seam: one GET stream brings
/// everything, messages go by POST to the address that the stream's `endpoint` event named, which
/// must be of the same origin.
final class LegacySseTransport implements McpClientTransport {
    private static final int MAX_ERROR_BODY = 64 << 10;

    private final URI address;
    private final HttpSender sender;
    private final UpstreamLimits limits;
    private final Deadlines deadlines;
    private final Abort abort = new Abort();
    private final CompletableFuture<URI> messageAddress = new CompletableFuture<>();
    private volatile Consumer<Throwable> onLost = _ -> {};

    LegacySseTransport(URI address, HttpSender sender, UpstreamLimits limits, Deadlines deadlines) {
        this.address = address;
        this.sender = sender;
        this.limits = limits;
        this.deadlines = deadlines;
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        onLost = handler;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> {
            var response = open();
            var inbound = new SeamInbound(handler, onLost);
            Thread.ofVirtual()
                    .name("mcp-sse-" + address.getHost())
                    .start(() -> readAll(response, inbound));
            awaitEndpoint();
        });
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.deferContextual(
                view -> Mono.fromRunnable(() -> post(message, SeamKeys.headers(view))));
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(abort::abort);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        throw new UnsupportedOperationException("messages stay JSON trees");
    }

    private HttpResponse<InputStream> open() {
        HttpResponse<InputStream> response;
        try (var _ = deadlines.start(limits.connect(), abort::abort)) {
            response =
                    sender.send(
                            new HttpSender.Request(
                                    "GET", address, Map.of("Accept", "text/event-stream"), null),
                            abort);
        }
        abort.on(response.body());
        if (response.statusCode() != 200 || !HttpExchange.isEventStream(response)) {
            abort.closeQuietly(response.body());
            throw new HttpRefusal(response.statusCode(), response.headers(), new byte[0]).failure();
        }
        return response;
    }

    private void awaitEndpoint() {
        try {
            messageAddress.get(limits.connect().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw TransportFailure.of(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            abort.abort();
            throw new TransportFailure(
                    Kind.TIMEOUT, "did not name its message endpoint in time", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportFailure(Kind.CANCELLED, "connecting was interrupted", interrupted);
        }
    }

    private void readAll(HttpResponse<InputStream> response, SeamInbound inbound) {
        var stream = new EventStream(response.body(), limits, () -> {});
        TransportFailure end = new TransportFailure(Kind.CLOSED, "closed its event stream");
        try {
            for (EventStream.Event event; (event = stream.next()) != null; ) {
                if (event.name().equals("endpoint")) {
                    messageAddress.complete(sameOrigin(event.text()));
                } else if (event.isMessage()) {
                    deliver(event.data(), inbound);
                }
            }
        } catch (IOException broken) {
            end = new TransportFailure(Kind.CLOSED, "broke off its event stream", broken);
        } catch (TransportFailure failure) {
            end = failure;
        }
        messageAddress.completeExceptionally(end);
        abort.closeQuietly(response.body());
        inbound.lost(end);
    }

    private static void deliver(byte[] data, SeamInbound inbound) {
        try {
            UpstreamJson.decode(data, null).forEach(message -> inbound.received(message, null));
        } catch (TransportFailure unreadable) {
            inbound.unreadable(unreadable, null);
        }
    }

    private URI sameOrigin(String reference) {
        URI target;
        try {
            target = address.resolve(reference.strip());
        } catch (IllegalArgumentException malformed) {
            throw new TransportFailure(
                    Kind.PROTOCOL, "named a malformed message endpoint", malformed);
        }
        if (!HttpSender.sameOrigin(target, address)) {
            throw new TransportFailure(Kind.PROTOCOL, "named a message endpoint at another origin");
        }
        return target;
    }

    private void post(JSONRPCMessage message, Map<String, String> extra) {
        var target = messageAddress.getNow(address);
        var headers = new HashMap<String, String>(extra);
        headers.put("Content-Type", "application/json");
        headers.put("Accept", "application/json, text/event-stream");
        var once = new Abort();
        try (var _ = deadlines.start(limits.idle(), once::abort)) {
            var response =
                    sender.send(
                            new HttpSender.Request(
                                    "POST", target, headers, UpstreamJson.encode(message)),
                            once);
            var body = body(response);
            if (response.statusCode() >= 300) {
                refused(message, new HttpRefusal(response.statusCode(), response.headers(), body));
            }
        }
    }

    private static void refused(JSONRPCMessage message, HttpRefusal refusal) {
        var error = message instanceof JSONRPCRequest request ? refusal.error(request.id()) : null;
        throw error == null
                ? refusal.failure()
                : new TransportFailure(Kind.HTTP_STATUS, error.error().message());
    }

    private static byte[] body(HttpResponse<InputStream> response) {
        try (var in = response.body()) {
            return in.readNBytes(MAX_ERROR_BODY);
        } catch (IOException broken) {
            return new byte[0];
        }
    }
}
