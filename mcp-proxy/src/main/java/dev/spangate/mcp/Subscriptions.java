package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

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
        watch(visit.exchange().endpoint());
        var subscription = new Subscription(visit, filter);
        var byOwner = byOwner(visit, subscription.resources());
        var caller =
                new UpstreamCall.Caller(
                        "listen:" + lastKey.incrementAndGet(),
                        visit.exchange().client(),
                        CallerHeaders.of(visit.exchange().headers()));
        var feeds = new ArrayList<UpstreamServer.Subscription>();
        try {
            subscription.acknowledge(
                    byOwner.values().stream().flatMap(List::stream).toList(),
                    () -> listeners.add(subscription));
            byOwner.forEach(
                    (server, uris) -> feeds.add(follow(server, uris, caller, subscription)));
            subscription.await();
        } finally {
            listeners.remove(subscription);
            feeds.forEach(UpstreamServer.Subscription::close);
            byOwner.keySet().forEach(server -> server.release(caller.key()));
        }
    }

    /// Connects beside, so that servers nobody has asked yet tell of changes, too.
    private void watch(Endpoint endpoint) {
        catalog.of(endpoint).forEach(each -> each.hello().refresh(Known.ANY_AGE, RETRY));
    }

    private Map<UpstreamServer, List<String>> byOwner(Visit visit, List<String> uris) {
        var byOwner = new LinkedHashMap<UpstreamServer, List<String>>();
        for (var uri : uris) {
            try {
                byOwner.computeIfAbsent(owned.resourceOwner(visit, uri), _ -> new ArrayList<>())
                        .add(uri);
            } catch (RpcFault unknown) {
                // Not honoured: the acknowledgement says so by leaving it out.
            }
        }
        return byOwner;
    }

    private static UpstreamServer.Subscription follow(
            UpstreamServer server,
            List<String> uris,
            UpstreamCall.Caller caller,
            MessageListener listener) {
        var params = Json.object();
        var wanted = params.putObject("notifications").putArray("resourceSubscriptions");
        uris.forEach(wanted::add);
        var open =
                server.listen(
                        new UpstreamCall(
                                "subscriptions/listen", params, caller, Map.of(), null, listener));
        if (server.status().era() != Era.MODERN) {
            uris.forEach(uri -> subscribe(server, uri, caller));
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
