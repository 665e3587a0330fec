package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Brings what a server sends outside of calls to a session's own stream.
///
/// That a list has changed is told once our table has; log lines and resource changes of a server
/// that several clients share only where this client asked for them.
final class SessionListener implements MessageListener {
    private final Session session;
    private final UpstreamServer server;

    SessionListener(Session session, UpstreamServer server) {
        this.session = session;
        this.server = server;
    }

    @Override
    public void notification(ObjectNode message) {
        if (passes(message)) {
            session.send(message);
        }
    }

    @Override
    public UpstreamReply request(String method, ObjectNode params) {
        return session.ask(session::send, new Session.Asked(server, method, params));
    }

    private boolean passes(ObjectNode message) {
        if (!session.endpoint().shows(server)) {
            return false; // may have been taken from the caller while this stream was open
        }
        var method = String.valueOf(Json.string(message, "method"));
        var params = Json.child(message, "params");
        if (method.endsWith("/list_changed")
                || method.equals("notifications/cancelled")
                || method.equals("notifications/subscriptions/acknowledged")) {
            return false;
        }
        if (!isShared()) {
            return true;
        }
        return switch (method) {
            case "notifications/resources/updated" -> wants(Json.string(params, "uri"));
            case "notifications/message" -> {
                var level = session.logLevel();
                yield level != null && level.includes(Json.string(params, "level"));
            }
            default -> true;
        };
    }

    private boolean isShared() {
        return server.config().session() == ServerConfig.SessionMode.SHARED
                || server.status().era() == Era.MODERN;
    }

    /// A change may be told for a part of what was subscribed to.
    private boolean wants(@Nullable String uri) {
        return uri != null && session.subscribed().stream().anyMatch(uri::startsWith);
    }
}
