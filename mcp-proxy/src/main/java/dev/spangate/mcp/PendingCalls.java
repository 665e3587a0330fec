package dev.spangate.mcp;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The requests of one session that await an answer, by id.
final class PendingCalls {
    private final ConcurrentHashMap<Long, PendingCall> byId = new ConcurrentHashMap<>();

    void add(PendingCall call) {
        byId.put(call.id(), call);
    }

    void remove(PendingCall call) {
        byId.remove(call.id());
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    int size() {
        return byId.size();
    }

    /// The call with this id as a server wrote it: a number, or its digits as text.
    @Nullable PendingCall find(@Nullable Object id) {
        return switch (id) {
            case Long number -> byId.get(number);
            case String text when text.length() < 19 && text.matches("\\d+") ->
                    byId.get(Long.parseLong(text));
            case null, default -> null;
        };
    }

    /// The only call, or null.
    @Nullable PendingCall single() {
        var all = byId.values().iterator();
        var first = all.hasNext() ? all.next() : null;
        return all.hasNext() ? null : first;
    }

    /// The newest call of a client, if all clients' calls in flight are of one client; else null.
    @Nullable PendingCall newestOfOneClient() {
        PendingCall newest = null;
        for (var call : byId.values()) {
            if (call.call().callerKey().isEmpty()) {
                continue;
            }
            if (newest != null && !newest.call().callerKey().equals(call.call().callerKey())) {
                return null;
            }
            newest = newest == null || call.id() > newest.id() ? call : newest;
        }
        return newest;
    }

    void failAll(TransportFailure failure) {
        byId.values().forEach(call -> call.fail(failure));
    }
}
