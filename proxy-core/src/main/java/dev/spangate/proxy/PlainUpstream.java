package dev.spangate.proxy;

import dev.spangate.proxy.UpstreamException.Kind;
import java.io.IOException;

/// [Upstream] over HTTP/1.1 of our own, for `http` URIs: one blocking exchange on the caller's
/// thread, without the thread changes and copies of `java.net.http`.
///
/// An idle connection is looked at before it is used again; if the upstream has closed it, another
/// one is taken. Once a byte of a request has left, nothing is sent twice.
final class PlainUpstream implements Upstream {
    private final Deadlines deadlines = new Deadlines();
    private final ConnectionPool pool = new ConnectionPool();

    @Override
    public UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
        var head = RequestHead.of(request);
        var abort = request.abort();
        var timeouts = request.timeouts();
        var total = deadlines.start(timeouts.total(), Kind.TOTAL_TIMEOUT, abort);
        var firstByte = deadlines.start(timeouts.firstByte(), Kind.FIRST_BYTE_TIMEOUT, abort);
        var exchange = new PlainExchange(pool, abort);
        boolean answered = false;
        try {
            var response = exchange.run(request, head);
            answered = true;
            var idle = deadlines.start(timeouts.idle(), Kind.IDLE_TIMEOUT, abort);
            idle.pause();
            var body = new WatchedBody(response.body(), request.uri(), abort, idle, total);
            return new UpstreamResponse(
                    response.head().status(), response.head().fields(), body, body::close);
        } catch (IOException e) {
            exchange.close();
            throw e instanceof UpstreamException known
                    ? known
                    : Failures.of(request.uri(), abort, e);
        } finally {
            firstByte.stop();
            if (!answered) {
                total.stop();
            }
        }
    }

    @Override
    public void close() {
        deadlines.close();
        pool.close();
    }
}
