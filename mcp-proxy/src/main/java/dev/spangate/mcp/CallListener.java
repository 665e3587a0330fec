package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Brings what a server sends during a call to the client that made it.
///
/// A stateless client gets progress always and log lines where its request asked for them; that a
/// list has changed is told once the table has.
final class CallListener implements MessageListener {
    private final Exchange exchange;
    private final AnswerChannel channel;
    private final UpstreamServer server;
    private final @Nullable LogLevel wanted;

    CallListener(
            Exchange exchange,
            AnswerChannel channel,
            UpstreamServer server,
            @Nullable ObjectNode meta) {
        this.exchange = exchange;
        this.channel = channel;
        this.server = server;
        this.wanted = LogLevel.of(Json.string(meta, ModernRules.LOG_LEVEL_KEY)).orElse(null);
    }

    @Override
    public void notification(ObjectNode message) {
        if (passes(message)) {
            channel.send(message);
        }
    }

    @Override
    public UpstreamReply request(String method, ObjectNode params) {
        var session = exchange.session();
        return session == null
                ? MessageListener.deaf().request(method, params)
                : session.ask(
                        message -> channel.send(message) || session.send(message),
                        new Session.Asked(server, method, params));
    }

    private boolean passes(ObjectNode message) {
        var method = String.valueOf(Json.string(message, "method"));
        if (method.endsWith("/list_changed") || method.equals("notifications/cancelled")) {
            return false;
        }
        if (!exchange.modern()) {
            return true;
        }
        return switch (method) {
            case "notifications/progress" -> true;
            case "notifications/message" ->
                    wanted != null
                            && wanted.includes(Json.string(Json.child(message, "params"), "level"));
            default -> false;
        };
    }
}
