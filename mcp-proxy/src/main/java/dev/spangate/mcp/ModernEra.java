package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import java.util.Set;

/// Serves the stateless revision, 2026-07-28.
final class ModernEra {
    private static final Set<String> REMOVED =
            Set.of(
                    "initialize",
                    "ping",
                    "logging/setLevel",
                    "resources/subscribe",
                    "resources/unsubscribe");

    private final Greeting greeting;
    private final Requests requests;
    private final TraceLinker linker;

    ModernEra(Greeting greeting, Requests requests, TraceLinker linker) {
        this.greeting = greeting;
        this.requests = requests;
        this.linker = linker;
    }

    /// Serves a request that [ModernRules] has checked.
    void serve(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
        var method = request.method();
        if (REMOVED.contains(method)) {
            throw RpcFault.methodNotFound(exchange.client().revision(), method);
        }
        if (method.equals("server/discover")) {
            Requests.answer(
                    exchange,
                    request,
                    channel,
                    greeting.discover(exchange, exchange.discovery(linker, request)));
        } else {
            requests.serve(exchange, request, channel);
        }
    }
}
