package dev.spangate.mcp;

import java.util.function.Consumer;

/// One registered MCP server, whatever its transport and era.
///
/// Guarantees:
/// 1. [#request] blocks the calling virtual thread and ends: with the server's answer, or with an
///    [McpUpstreamException] that names the server and the cause.
/// 2. Connecting, handshake, era detection and re-initialising happen inside and never harm another
///    server; nothing of a finished or cancelled call is kept.
/// 3. Trees given and returned belong to the receiver; no field of the server's answer is dropped.
interface UpstreamServer extends AutoCloseable {
    /// How it is configured.
    ServerConfig config();

    /// The configured name.
    default String name() {
        return config().name();
    }

    /// What is known now; never waits.
    ServerStatus status();

    /// Whether it may list other things for a client that declares other capabilities: each client
    /// has a session of its own with it (2026-07-28 has none).
    default boolean listsDependOnClient() {
        return config().session() == ServerConfig.SessionMode.PER_CLIENT
                && status().era() != Era.MODERN;
    }

    /// What the server said of itself; connects where that is still unknown.
    ///
    /// @throws McpUpstreamException when it cannot be reached or does not shake hands
    ServerHello hello(UpstreamCall call);

    /// Sends one request and waits for its answer.
    ///
    /// @throws McpUpstreamException when no answer came
    UpstreamReply request(UpstreamCall call);

    /// Sends one notification (`notifications/roots/list_changed` and such) without waiting.
    void notify(UpstreamCall call);

    /// Opens whatever brings messages that belong to no call (GET stream, stdio, `subscriptions/
    /// listen`) for this caller key; stays open, reconnects, until the returned handle is closed.
    Subscription listen(UpstreamCall call);

    /// The caller key's downstream session is gone: end what is kept for it.
    void release(String callerKey);

    /// Tells, on any thread, when a list changed: `tools`, `prompts` or `resources`. Also after a
    /// reconnect, when a change may have been missed.
    void onListChanged(Consumer<String> kind);

    @Override
    void close();

    /// An open stream of messages.
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
