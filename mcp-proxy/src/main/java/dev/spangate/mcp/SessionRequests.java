package dev.spangate.mcp;

import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/// Serves what only sessions have: log severity, resource subscriptions, the client's
/// notifications.
final class SessionRequests {
    private static final int MAX_SUBSCRIBED = 10_000;

    private final Catalog catalog;
    private final OwnedRequests owned;
    private final Feeds feeds;

    SessionRequests(Catalog catalog, OwnedRequests owned, Feeds feeds) {
        this.catalog = catalog;
        this.owned = owned;
        this.feeds = feeds;
    }

    /// `logging/setLevel`: kept for the session, told to every server that it uses now or later.
    void setLevel(Visit visit) {
        var level =
                LogLevel.of(Json.string(visit.request().params(), "level"))
                        .orElseThrow(
                                () -> RpcFault.invalidParams("`params.level` is no log level"));
        feeds.level(visit.exchange(), session(visit), level);
        visit.answer(Json.object());
    }

    /// `resources/subscribe`.
    void subscribe(Visit visit) {
        var uri = uri(visit);
        var server = owned.resourceOwner(visit, uri);
        var subscribed = session(visit).subscribed();
        if (subscribed.size() >= MAX_SUBSCRIBED) {
            throw RpcFault.invalidParams(
                    "A session may subscribe to " + MAX_SUBSCRIBED + " resources");
        }
        subscribed.add(uri);
        change(visit, server);
    }

    /// `resources/unsubscribe`.
    void unsubscribe(Visit visit) {
        var uri = uri(visit);
        var server = owned.resourceOwner(visit, uri);
        session(visit).subscribed().remove(uri);
        change(visit, server);
    }

    /// Passes a notification to the servers that it may concern: progress to who asked, the rest to
    /// those the session uses.
    void forward(Exchange exchange, Session session, ClientMessage.Notification notification) {
        if (notification.method().equals("notifications/progress")) {
            var asking = session.askedWithToken(notification.params().get("progressToken"));
            if (asking != null) {
                tell(exchange, asking, notification);
            }
            return;
        }
        for (var facts : catalog.of(catalog.view(exchange.endpoint(), exchange.client()))) {
            if (session.feeds().containsKey(facts.server().name())) {
                tell(exchange, facts.server(), notification);
            }
        }
    }

    /// A server with sessions is told itself; a stateless one is listened to anew.
    private void change(Visit visit, UpstreamServer server) {
        if (server.status().era() == Era.MODERN) {
            feeds.subscribe(visit.exchange(), session(visit), server);
            visit.answer(Json.object());
        } else {
            owned.resource(visit);
        }
    }

    private static void tell(
            Exchange exchange, UpstreamServer server, ClientMessage.Notification notification) {
        ObjectNode params = notification.params().deepCopy();
        try {
            server.notify(
                    new UpstreamCall(
                            notification.method(),
                            params,
                            exchange.upstreamCaller(),
                            Map.of(),
                            null,
                            MessageListener.deaf()));
        } catch (McpUpstreamException _) {
            // One way: nobody waits for it.
        }
    }

    private static Session session(Visit visit) {
        return Objects.requireNonNull(visit.exchange().session());
    }

    private static String uri(Visit visit) {
        var uri = Json.string(visit.request().params(), "uri");
        if (uri == null) {
            throw RpcFault.invalidParams("`params.uri` must be a string");
        }
        return uri;
    }
}
