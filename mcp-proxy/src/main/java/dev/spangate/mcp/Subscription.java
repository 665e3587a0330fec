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

    /// What its client sees.
    View view(Catalog catalog) {
        return catalog.view(visit.exchange().endpoint(), visit.exchange().client());
    }

    /// Whether the client wants to know that a list of this kind has changed.
    boolean wantsList(String kind) {
        return filter.path(kind + "ListChanged").asBoolean(false);
    }

    /// The resources that the client wants to know changes of.
    List<String> resources() {
        return texts("resourceSubscriptions");
    }

    /// The tasks that the client wants to know changes of.
    List<String> tasks() {
        return texts("taskIds");
    }

    private List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (var text : filter.path(key)) {
            if (text.isString()) {
                texts.add(text.stringValue());
            }
        }
        return texts;
    }

    /// Tells the client what of its wishes is served: always the first message.
    ///
    /// @param register makes others send here: they wait for it, so that nothing is lost between
    void acknowledge(List<String> resources, List<String> tasks, Runnable register) {
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
        if (!tasks.isEmpty()) {
            tasks.forEach(honoured.putArray("taskIds")::add);
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

    /// A server says that a resource or a task has changed.
    @Override
    public void notification(ObjectNode message) {
        var method = String.valueOf(Json.string(message, "method"));
        var params = Json.child(message, "params");
        if (params != null && isWanted(method, params)) {
            send(method, params.deepCopy());
        }
    }

    private boolean isWanted(String method, ObjectNode params) {
        return switch (method) {
            case "notifications/resources/updated" -> {
                var uri = Json.string(params, "uri");
                yield uri != null && resources().stream().anyMatch(uri::startsWith);
            }
            case "notifications/tasks" -> {
                var task = Json.string(params, "taskId");
                yield task != null && tasks().contains(task);
            }
            default -> false;
        };
    }

    @Override
    public UpstreamReply request(String method, ObjectNode params) {
        return MessageListener.deaf().request(method, params);
    }
}
