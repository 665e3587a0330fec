package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Knows which server runs which task: the tasks of 2025-11-25 and those of the 2026-07-28
/// extension.
///
/// Task ids are the servers' own, so they are kept per credential.
final class Tasks {
    static final String EXTENSION = "io.modelcontextprotocol/tasks";
    private static final int MAX = 100_000;

    private final Cache<String, String> owners = Caffeine.newBuilder().maximumSize(MAX).build();

    /// Whether a method names a task.
    static boolean concerns(String method) {
        return method.startsWith("tasks/");
    }

    /// Whether a client said that it can be answered with a task (2026-07-28).
    static boolean isDeclaredBy(ClientProfile client) {
        return client.capabilities().path("extensions").path(EXTENSION).isObject();
    }

    /// Whether an answer is a task in place of a result.
    static boolean is(ObjectNode result) {
        return "task".equals(Json.string(result, "resultType"));
    }

    /// What a client that cannot be answered with a task is told instead.
    static UpstreamReply.RpcError refused() {
        var data = Json.object();
        data.putObject("requiredCapabilities").putObject("extensions").putObject(EXTENSION);
        return new UpstreamReply.RpcError(
                JsonRpc.MISSING_CAPABILITY,
                "This runs as a task: the client must declare the extension " + EXTENSION,
                data);
    }

    /// Remembers the task that an answer names, if any.
    void learn(Exchange exchange, String server, ObjectNode result) {
        var id = id(result);
        if (id != null) {
            owners.put(key(exchange, id), server);
        }
    }

    Optional<String> owner(Exchange exchange, String taskId) {
        return Optional.ofNullable(owners.getIfPresent(key(exchange, taskId)));
    }

    private static @Nullable String id(ObjectNode result) {
        var nested = Json.string(Json.child(result, "task"), "taskId");
        return nested == null ? Json.string(result, "taskId") : nested;
    }

    private static String key(Exchange exchange, String taskId) {
        return exchange.caller().name() + " " + taskId;
    }
}
