package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Brings what a server sends during a call to the client that made it.
final class CallListener implements MessageListener {
    private final Exchange exchange;
    private final AnswerChannel channel;
    private final boolean wantsLogs;

    CallListener(Exchange exchange, AnswerChannel channel, @Nullable ObjectNode meta) {
        this.exchange = exchange;
        this.channel = channel;
        this.wantsLogs =
                !exchange.modern() || (meta != null && meta.has(ModernRules.LOG_LEVEL_KEY));
    }

    @Override
    public void notification(ObjectNode message) {
        if (wantsLogs || !"notifications/message".equals(Json.string(message, "method"))) {
            channel.send(message);
        }
    }

    @Override
    public UpstreamReply request(String method, ObjectNode params) {
        var session = exchange.session();
        return session == null
                ? MessageListener.deaf().request(method, params)
                : session.ask(channel::send, method, params);
    }
}
