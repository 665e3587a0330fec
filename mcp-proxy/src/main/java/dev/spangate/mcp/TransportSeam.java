package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.common.McpTransportContext;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/// One transport of the MCP SDK in blocking form; beyond this class and the transports nothing
/// knows Reactor.
final class TransportSeam {
    private static final Logger LOG = System.getLogger(TransportSeam.class.getName());

    private final McpClientTransport transport;

    TransportSeam(McpClientTransport transport) {
        this.transport = transport;
    }

    /// Connects and lets messages flow to `inbound`.
    ///
    /// @throws TransportFailure if there is nothing to connect to
    void connect(Inbound inbound, Duration timeout) {
        transport.setExceptionHandler(failure -> inbound.lost(TransportFailure.of(failure)));
        await(
                transport.connect(
                        incoming -> Mono.deferContextual(view -> hand(incoming, view, inbound))),
                timeout);
    }

    private static Mono<JSONRPCMessage> hand(
            Mono<JSONRPCMessage> incoming, ContextView view, Inbound inbound) {
        Object relatedTo = SeamKeys.relatedTo(view);
        return incoming.doOnNext(message -> inbound.received(message, relatedTo))
                .doOnError(failure -> inbound.unreadable(TransportFailure.of(failure), relatedTo))
                .onErrorComplete()
                .then(Mono.empty());
    }

    private static void await(Mono<Void> work, Duration timeout) {
        try {
            work.toFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw TransportFailure.of(failed.getCause() == null ? failed : failed.getCause());
        } catch (TimeoutException late) {
            throw new TransportFailure(
                    Kind.TIMEOUT, "did not connect within " + timeout.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TransportFailure(Kind.CANCELLED, "connecting was interrupted", interrupted);
        }
    }

    /// Sends on the calling thread; may return before or after the answer came.
    void send(JSONRPCMessage message, Map<String, String> headers, Sending sending) {
        transport
                .sendMessage(message)
                .contextWrite(context ->
                        context.put(McpTransportContext.KEY, SeamKeys.withHeaders(headers)))
                .subscribe(sending);
    }

    /// Asks for messages that belong to no request; a transport that brings them anyway has settled
    /// at once.
    void listen(Map<String, String> headers, UnrequestedMessages.Listening events) {
        if (transport instanceof UnrequestedMessages quiet) {
            quiet.listen(headers, events);
        } else {
            events.settled();
        }
    }

    /// Whether a request's response stream can be closed to cancel it.
    boolean hasStreamPerRequest() {
        return transport instanceof StreamableHttpTransport;
    }

    /// Ends the session at the server and closes.
    void close(Duration timeout) {
        try {
            await(transport.closeGracefully(), timeout);
        } catch (RuntimeException broken) {
            transport.close();
        }
    }

    /// One message on its way.
    static final class Sending implements Subscriber<Void> {
        private final Predicate<TransportFailure> onFailure;
        private final AtomicReference<@Nullable Subscription> subscription =
                new AtomicReference<>();
        private volatile boolean givenUp;

        /// @param onFailure told if the message did not arrive or its exchange ended without an
        ///   answer
        Sending(Predicate<TransportFailure> onFailure) {
            this.onFailure = onFailure;
        }

        /// A message whose fate nobody waits for; a lost session is told elsewhere.
        static Sending unattended() {
            return new Sending(_ -> false);
        }

        /// Closes the message's exchange where the transport has one; from any thread.
        void giveUp() {
            givenUp = true;
            var current = subscription.get();
            if (current != null) {
                current.cancel();
            }
        }

        @Override
        public void onSubscribe(Subscription current) {
            subscription.set(current);
            if (givenUp) {
                current.cancel();
            } else {
                current.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(Void never) {
            throw new IllegalStateException("a sent message brings nothing");
        }

        @Override
        public void onError(Throwable failure) {
            var decided = onFailure.test(TransportFailure.of(failure));
            LOG.log(
                    Level.TRACE,
                    "a message was not sent, its call was {0}",
                    decided ? "open" : "decided");
        }

        @Override
        public void onComplete() {
            // The answer, if any, has gone its own way.
        }
    }
}
