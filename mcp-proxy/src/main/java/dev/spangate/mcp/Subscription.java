package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/// One `subscriptions/listen` stream of a stateless client (2026-07-28, subscriptions): each
/// message carries the id of the request as subscription id.
final class Subscription implements MessageListener {
    private static final String ID_KEY = "io.modelcontextprotocol/subscriptionId";
    private static final List<String> LISTS = List.of("tools", "prompts", "resources");

    private final Visit visit;
    private final ObjectNode filter;
    private final ReentrantLock sending = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);

    /// @param filter `params.notifications` as asked
    Subscription(Visit visit, ObjectNode filter) {
        this.visit = visit;
        this.filter = filter;
    }

    Endpoint endpoint() {
        return visit.exchange().endpoint();
    }

    /// Whether the client wants to know that a list of this kind has changed.
    boolean wantsList(String kind) {
        return filter.path(kind + "ListChanged").asBoolean(false);
    }

    /// The resources that the client wants to know changes of.
    List<String> resources() {
        var uris = new ArrayList<String>();
        for (var uri : filter.path("resourceSubscriptions")) {
            if (uri.isString()) {
                uris.add(uri.stringValue());
            }
        }
        return uris;
    }

    /// Tells the client what of its wishes is served: always the first message.
    ///
    /// @param register makes others send here: they wait for it, so that nothing is lost between
    void acknowledge(List<String> resources, Runnable register) {
        var params = Json.object();
        var honoured = params.putObject("notifications");
        for (var kind : LISTS) {
            if (wantsList(kind)) {
                honoured.put(kind + "ListChanged", true);
            }
        }
        if (!resources.isEmpty()) {
            resources.forEach(honoured.putArray("resourceSubscriptions")::add);
        }
        sending.lock();
        try {
            register.run();
            send("notifications/subscriptions/acknowledged", params);
        } finally {
            sending.unlock();
        }
    }

    /// Sends a notification under this subscription's id.
    void send(String method, ObjectNode params) {
        params.withObjectProperty("_meta").set(ID_KEY, visit.request().id());
        sending.lock();
        try {
            visit.channel().send(ServerMessages.notification(method, params));
        } finally {
            sending.unlock();
        }
    }

    /// Blocks the request's thread until the stream is closed or the client has left.
    void await() {
        visit.channel().onGone(ended::countDown);
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        var result = Json.object();
        result.putObject("_meta").set(ID_KEY, visit.request().id());
        visit.answer(result);
    }

    void close() {
        ended.countDown();
    }

    /// A server says that a resource has changed.
    @Override
    public void notification(ObjectNode message) {
        if ("notifications/resources/updated".equals(Json.string(message, "method"))) {
            var params = Json.child(message, "params");
            var uri = Json.string(params, "uri");
            if (params != null && uri != null && resources().stream().anyMatch(uri::startsWith)) {
                send("notifications/resources/updated", params.deepCopy());
            }
        }
    }

    @Override
    public UpstreamReply request(String method, ObjectNode params) {
        return MessageListener.deaf().request(method, params);
    }
}
