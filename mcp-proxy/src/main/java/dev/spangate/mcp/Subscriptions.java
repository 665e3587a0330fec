package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Serves `subscriptions/listen`: one stream per client, fed by the catalog and by the owners of
/// the resources it names.
final class Subscriptions {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Catalog catalog;
    private final OwnedRequests owned;
    private final Listeners listeners;
    private final AtomicLong lastKey = new AtomicLong();

    Subscriptions(Catalog catalog, OwnedRequests owned, Listeners listeners) {
        this.catalog = catalog;
        this.owned = owned;
        this.listeners = listeners;
    }

    /// Listens until the client leaves or we stop.
    ///
    /// @throws RpcFault the request does not say what for, or takes no stream
    void listen(Visit visit) {
        var filter = Json.child(visit.request().params(), "notifications");
        if (filter == null) {
            throw RpcFault.invalidParams("`params.notifications` must say what to listen for");
        }
        if (!visit.channel().mayStream()) {
            throw RpcFault.invalidRequest("Listening needs `Accept: text/event-stream`");
        }
        watch(visit.exchange());
        var subscription = new Subscription(visit, filter);
        var byOwner = byOwner(visit, subscription);
        var caller =
                new UpstreamCall.Caller(
                        "listen:" + lastKey.incrementAndGet(),
                        visit.exchange().client(),
                        CallerHeaders.of(visit.exchange().headers()));
        var feeds = new ArrayList<UpstreamServer.Subscription>();
        try {
            subscription.acknowledge(
                    honoured(byOwner, Wanted::uris),
                    honoured(byOwner, Wanted::tasks),
                    () -> listeners.add(subscription));
            byOwner.forEach(
                    (server, wanted) -> feeds.add(follow(server, wanted, caller, subscription)));
            subscription.await();
        } finally {
            listeners.remove(subscription);
            feeds.forEach(UpstreamServer.Subscription::close);
            byOwner.keySet().forEach(server -> server.release(caller.key()));
        }
    }

    /// What of a client's wishes one server serves.
    private record Wanted(List<String> uris, List<String> tasks) {
        Wanted() {
            this(new ArrayList<>(), new ArrayList<>());
        }
    }

    private static List<String> honoured(
            Map<UpstreamServer, Wanted> byOwner, Function<Wanted, List<String>> what) {
        return byOwner.values().stream().map(what).flatMap(List::stream).toList();
    }

    /// Connects beside, so that servers nobody has asked yet tell of changes, too.
    private void watch(Exchange exchange) {
        catalog.of(catalog.view(exchange.endpoint(), exchange.client()))
                .forEach(each -> each.hello().refresh(Known.ANY_AGE, RETRY));
    }

    /// What nobody owns is not honoured: the acknowledgement says so by leaving it out.
    private Map<UpstreamServer, Wanted> byOwner(Visit visit, Subscription subscription) {
        var byOwner = new LinkedHashMap<UpstreamServer, Wanted>();
        for (var uri : subscription.resources()) {
            try {
                byOwner.computeIfAbsent(owned.resourceOwner(visit, uri), _ -> new Wanted())
                        .uris()
                        .add(uri);
            } catch (RpcFault unknown) {
                // Not honoured.
            }
        }
        for (var task : subscription.tasks()) {
            owned.taskOwner(visit, task)
                    .filter(server -> server.status().era() == Era.MODERN)
                    .ifPresent(server ->
                            byOwner.computeIfAbsent(server, _ -> new Wanted()).tasks().add(task));
        }
        return byOwner;
    }

    private static UpstreamServer.Subscription follow(
            UpstreamServer server,
            Wanted wanted,
            UpstreamCall.Caller caller,
            MessageListener listener) {
        var params = Json.object();
        var filter = params.putObject("notifications");
        wanted.uris().forEach(filter.putArray("resourceSubscriptions")::add);
        if (!wanted.tasks().isEmpty()) {
            wanted.tasks().forEach(filter.putArray("taskIds")::add);
        }
        var open =
                server.listen(
                        new UpstreamCall(
                                "subscriptions/listen", params, caller, Map.of(), null, listener));
        if (server.status().era() != Era.MODERN) {
            wanted.uris().forEach(uri -> subscribe(server, uri, caller));
        }
        return open;
    }

    /// A server with sessions must be asked resource by resource.
    private static void subscribe(UpstreamServer server, String uri, UpstreamCall.Caller caller) {
        try {
            server.request(
                    new UpstreamCall(
                            "resources/subscribe",
                            Json.object().put("uri", uri),
                            caller,
                            Map.of(),
                            DEADLINE,
                            MessageListener.deaf()));
        } catch (McpUpstreamException _) {
            // The stream stays open: the server may come back, and lists may still change.
        }
    }
}
