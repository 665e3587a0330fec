package dev.spangate.mcp;

/// Keeps a call cancellable while it runs: by `notifications/cancelled` in a session, by closing
/// the response stream in the stateless era (there a client that left has cancelled; in a session
/// it has not).
final class Running implements AutoCloseable {
    private final Visit visit;
    private final UpstreamCall call;

    private Running(Visit visit, UpstreamCall call) {
        this.visit = visit;
        this.call = call;
    }

    /// @throws RpcFault the session has a running request with this id
    static Running of(Visit visit, UpstreamCall call) {
        var session = visit.exchange().session();
        if (session != null) {
            session.begin(visit.request().key(), call);
        } else {
            visit.channel().onGone(() -> call.cancel("the client closed the stream"));
        }
        return new Running(visit, call);
    }

    @Override
    public void close() {
        var session = visit.exchange().session();
        if (session != null) {
            session.end(visit.request().key(), call);
        } else {
            visit.channel().ignoreGone();
        }
    }
}
