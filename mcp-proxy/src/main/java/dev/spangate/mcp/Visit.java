package dev.spangate.mcp;

import tools.jackson.databind.node.ObjectNode;

/// One request of a client on its way: who asks, what, and where the answer goes.
record Visit(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
    UpstreamCall call(Outgoing outgoing, MessageListener listener) {
        return new UpstreamCall(
                request.method(),
                outgoing.params(),
                exchange.upstreamCaller(),
                outgoing.headers(),
                null,
                listener);
    }

    MessageListener listener(UpstreamServer server) {
        return new CallListener(exchange, channel, server, request.meta());
    }

    /// Answers with a result of ours.
    void answer(ObjectNode result) {
        var reply = EraResults.ours(this, result);
        channel.finish(200, ServerMessages.answer(request.id(), reply));
    }
}
