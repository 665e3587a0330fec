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
    private final Subscriptions subscriptions;
    private final TraceLinker linker;

    ModernEra(
            Greeting greeting, Requests requests, Subscriptions subscriptions, TraceLinker linker) {
        this.greeting = greeting;
        this.requests = requests;
        this.subscriptions = subscriptions;
        this.linker = linker;
    }

    /// Serves a request that [ModernRules] has checked.
    void serve(Visit visit) {
        var method = visit.request().method();
        if (REMOVED.contains(method)) {
            throw RpcFault.methodNotFound(visit.exchange().client().revision(), method);
        }
        switch (method) {
            case "server/discover" -> {
                var discovery = visit.exchange().discovery(linker, visit.request());
                visit.answer(greeting.discover(visit.exchange(), discovery));
            }
            case "subscriptions/listen" -> subscriptions.listen(visit);
            default -> requests.serve(visit);
        }
    }
}
