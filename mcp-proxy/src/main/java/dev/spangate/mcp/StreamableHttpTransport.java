package dev.spangate.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// Streamable HTTP to one server behind the SDK's transport seam, for both eras.
///
/// [#sendMessage] works on the subscriber's thread and completes when the message is answered;
/// disposing the subscription closes the response stream. A failed exchange fails that message
/// alone.
final class StreamableHttpTransport implements McpClientTransport, UnrequestedMessages {
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final URI address;
    private final HttpSender sender;
    private final UpstreamLimits limits;
    private final Deadlines deadlines;
    private final Set<HttpExchange> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable HttpListening listening;
    private volatile @Nullable HttpEndpoint endpoint;
    private volatile Consumer<Throwable> onLost = _ -> {};
    private volatile boolean closed;

    StreamableHttpTransport(
            URI address, HttpSender sender, UpstreamLimits limits, Deadlines deadlines) {
        this.address = address;
        this.sender = sender;
        this.limits = limits;
        this.deadlines = deadlines;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() ->
                endpoint =
                        new HttpEndpoint(
                                address,
                                sender,
                                limits,
                                deadlines,
                                new SeamInbound(handler, onLost)));
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        onLost = handler;
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.create(sink -> {
            var exchange =
                    new HttpExchange(connected(), message, SeamKeys.headers(sink.contextView()));
            running.add(exchange);
            sink.onCancel(exchange::giveUp);
            try {
                if (closed) {
                    exchange.abort();
                }
                exchange.run();
                sink.success();
            } catch (RuntimeException failure) {
                if (!exchange.givenUp()) {
                    sink.error(failure);
                }
            } finally {
                running.remove(exchange);
            }
        });
    }

    @Override
    public void listen(Map<String, String> headers, Listening events) {
        lock.lock();
        try {
            if (listening == null && !closed) {
                listening = HttpListening.start(connected(), headers, events);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(this::endSession);
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        throw new UnsupportedOperationException("messages stay JSON trees");
    }

    private HttpEndpoint connected() {
        var current = endpoint;
        if (current == null) {
            throw new IllegalStateException("send before connect");
        }
        return current;
    }

    private void endSession() {
        closed = true;
        lock.lock();
        try {
            if (listening != null) {
                listening.close();
            }
        } finally {
            lock.unlock();
        }
        running.forEach(HttpExchange::abort);
        var current = endpoint;
        var session = current == null ? null : current.sessionId();
        if (session != null) {
            sayGoodbye(session);
        }
    }

    private void sayGoodbye(String session) {
        var abort = new Abort();
        try (var _ = deadlines.start(GOODBYE, abort::abort)) {
            var request =
                    new HttpSender.Request(
                            "DELETE", address, Map.of("Mcp-Session-Id", session), null);
            abort.closeQuietly(sender.send(request, abort).body());
        } catch (TransportFailure gone) {
            System.getLogger(StreamableHttpTransport.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "session of {0} was not ended: {1}",
                            address.getHost(),
                            gone.getMessage());
        }
    }
}
