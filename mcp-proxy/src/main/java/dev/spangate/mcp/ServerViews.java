package dev.spangate.mcp;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// What is known of one server, by the kind of client that it was asked for.
///
/// Only servers with sessions of each client's own can tell clients apart by their capabilities;
/// for any other one all clients share what is known. Thread-safe.
final class ServerViews {
    private final UpstreamServer server;
    private final Function<Audience, ServerFacts> maker;
    private final Map<Audience, ServerFacts> byAudience = new ConcurrentHashMap<>();

    ServerViews(UpstreamServer server, Function<Audience, ServerFacts> maker) {
        this.server = server;
        this.maker = maker;
        server.onListChanged(kind -> byAudience.values().forEach(facts -> facts.changed(kind)));
    }

    ServerFacts of(Audience audience) {
        return byAudience.computeIfAbsent(
                server.listsDependOnClient() ? audience : Audience.ANY, maker);
    }

    /// Whether the same has failed for another kind of client and never came: then it is not worth
    /// waiting for once more.
    boolean isHopeless(Function<ServerFacts, Known<?>> what) {
        return byAudience.values().stream()
                .map(what)
                .anyMatch(known -> known.value() == null && known.failure() != null);
    }

    /// The entries of a list for all kinds of clients: in the order of the first, then what others
    /// have more, in an order of the kinds that does not change.
    List<ObjectNode> everyEntry(ListKind kind) {
        var all = new LinkedHashMap<String, ObjectNode>();
        byAudience.entrySet().stream()
                .sorted(Comparator.comparing(entry -> Json.text(entry.getKey().capabilities())))
                .forEach(entry ->
                        entry.getValue()
                                .entries(kind)
                                .forEach(each ->
                                        all.putIfAbsent(
                                                String.valueOf(Json.string(each, "name")), each)));
        return List.copyOf(all.values());
    }

    /// Whether a list came for any kind of client.
    boolean isKnown(ListKind kind) {
        return byAudience.values().stream().anyMatch(facts -> facts.list(kind).value() != null);
    }

    void forget(Audience audience) {
        byAudience.remove(audience);
    }
}
