package dev.spangate.mcp;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One message to a server, and the way to cancel it.
///
/// `params` is the caller's own copy with its final `_meta`, except what belongs to the upstream
/// connection: its progress token (rewritten there and restored on the way back) and the
/// `io.modelcontextprotocol/…` keys of a modern server (filled from the profile where absent).
final class UpstreamCall {
    private final String method;
    private final ObjectNode params;
    private final Caller caller;
    private final Map<String, String> headers;
    private final @Nullable Duration deadline;
    private final MessageListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Map<String, String> credentials = Map.of();
    private @Nullable String cancelled;
    private @Nullable Consumer<String> onCancel;

    /// @param method the JSON-RPC method
    /// @param params owned by the call from now on
    /// @param caller whom sessions are pooled for, and what it can do
    /// @param headers HTTP headers for this request alone (trace context, forwarded ones)
    /// @param deadline in all, or null for the server's configured time-outs
    /// @param listener takes what the server sends before the answer
    UpstreamCall(
            String method,
            ObjectNode params,
            Caller caller,
            Map<String, String> headers,
            @Nullable Duration deadline,
            MessageListener listener) {
        this.method = method;
        this.params = params;
        this.caller = caller;
        this.headers = Map.copyOf(headers);
        this.deadline = deadline;
        this.listener = listener;
    }

    /// Whom a session is kept for: one per downstream session, or per credential where the client
    /// has none; an empty key is the gateway itself.
    ///
    /// @param key tells sessions of different callers apart
    /// @param profile what the client said of itself
    /// @param headers of its request, for what the server's configuration takes of them
    record Caller(String key, ClientProfile profile, CallerHeaders headers) {
        Caller(String key, ClientProfile profile) {
            this(key, profile, CallerHeaders.none());
        }
    }

    /// A request of the gateway itself (lists, probes).
    static UpstreamCall own(String method, ObjectNode params, Duration deadline) {
        return own(Audience.ANY, method, params, deadline);
    }

    /// A request of the gateway itself in the name of a kind of client.
    static UpstreamCall own(
            Audience audience, String method, ObjectNode params, Duration deadline) {
        return new UpstreamCall(
                method, params, audience.caller(), Map.of(), deadline, MessageListener.deaf());
    }

    String method() {
        return method;
    }

    ObjectNode params() {
        return params;
    }

    String callerKey() {
        return caller.key();
    }

    ClientProfile client() {
        return caller.profile();
    }

    Caller caller() {
        return caller;
    }

    /// Its own headers, then those that show who it is for.
    Map<String, String> headers() {
        if (credentials.isEmpty()) {
            return headers;
        }
        var all = new HashMap<>(headers);
        all.putAll(credentials);
        return all;
    }

    /// What it shows the server; replaced where the server refused it.
    Map<String, String> credentials() {
        return credentials;
    }

    void credentials(Map<String, String> shown) {
        credentials = Map.copyOf(shown);
    }

    @Nullable Duration deadline() {
        return deadline;
    }

    MessageListener listener() {
        return listener;
    }

    /// Gives the call up, from any thread; a second time and after the answer it does nothing. The
    /// blocked request ends with [McpUpstreamException.Kind#CANCELLED].
    void cancel(String reason) {
        Consumer<String> hook;
        lock.lock();
        try {
            if (cancelled != null) {
                return;
            }
            cancelled = reason;
            hook = onCancel;
        } finally {
            lock.unlock();
        }
        if (hook != null) {
            hook.accept(reason);
        }
    }

    /// For the upstream: what to do on [#cancel]; runs at once where that came first.
    void onCancel(Consumer<String> hook) {
        String reason;
        lock.lock();
        try {
            onCancel = hook;
            reason = cancelled;
        } finally {
            lock.unlock();
        }
        if (reason != null) {
            hook.accept(reason);
        }
    }

    boolean isCancelled() {
        lock.lock();
        try {
            return cancelled != null;
        } finally {
            lock.unlock();
        }
    }
}
