package dev.spangate.mcp;

/// Keeps a call cancellable while it runs: by `notifications/cancelled` in a session, by closing
/// the response stream in the stateless era (there a client that left has cancelled; in a session
/// it has not).
final class Running implements AutoCloseable {
    private final Exchange exchange;
    private final ClientMessage.Request request;
    private final UpstreamCall call;

    private Running(Exchange exchange, ClientMessage.Request request, UpstreamCall call) {
        this.exchange = exchange;
        this.request = request;
        this.call = call;
    }

    /// @throws RpcFault the session has a running request with this id
    static Running of(
            Exchange exchange,
            ClientMessage.Request request,
            AnswerChannel channel,
            UpstreamCall call) {
        if (exchange.session() != null) {
            exchange.session().begin(request.key(), call);
        } else {
            channel.onGone(() -> call.cancel("the client closed the stream"));
        }
        return new Running(exchange, request, call);
    }

    @Override
    public void close() {
        if (exchange.session() != null) {
            exchange.session().end(request.key(), call);
        }
    }
}
