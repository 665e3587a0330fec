package dev.spangate.mcp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Everybody who wants to know that something has changed: sessions, and the stateless clients'
/// `subscriptions/listen` streams. Nobody hears of a server that its endpoint does not show.
final class Listeners {
    private final Catalog catalog;
    private final Sessions sessions;
    private final Set<Subscription> subscriptions = ConcurrentHashMap.newKeySet();

    Listeners(Catalog catalog, Sessions sessions) {
        this.catalog = catalog;
        this.sessions = sessions;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    void remove(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    int size() {
        return subscriptions.size();
    }

    /// A list of some servers is another one now.
    void changed(Catalog.Change change) {
        var kind = change.kind().capability();
        var method = "notifications/" + kind + "/list_changed";
        for (var session : sessions.all()) {
            if (change.concerns(catalog.view(session.endpoint(), session.client()))) {
                session.send(ServerMessages.notification(method, Json.object()));
            }
        }
        for (var subscription : subscriptions) {
            if (subscription.wantsList(kind) && change.concerns(subscription.view(catalog))) {
                subscription.send(method, Json.object());
            }
        }
    }

    /// Ends all subscriptions with their result.
    void close() {
        subscriptions.forEach(Subscription::close);
    }
}
