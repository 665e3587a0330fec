package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/// A transport's side of the seam: hands messages to the handler that the SDK's interface gave it.
final class SeamInbound implements Inbound {
    private final Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler;
    private final Consumer<Throwable> onLost;

    SeamInbound(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        this(handler, _ -> {});
    }

    SeamInbound(
            Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler,
            Consumer<Throwable> onLost) {
        this.handler = handler;
        this.onLost = onLost;
    }

    @Override
    public void received(JSONRPCMessage message, @Nullable Object relatedTo) {
        hand(Mono.just(message), relatedTo);
    }

    @Override
    public void unreadable(TransportFailure failure, @Nullable Object relatedTo) {
        hand(Mono.error(failure), relatedTo);
    }

    @Override
    public void lost(TransportFailure failure) {
        onLost.accept(failure);
    }

    private void hand(Mono<JSONRPCMessage> message, @Nullable Object relatedTo) {
        handler.apply(message)
                .contextWrite(relatedTo == null ? Context.empty() : SeamKeys.relatedTo(relatedTo))
                .subscribe();
    }
}
