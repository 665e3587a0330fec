package dev.spangate.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One request and its answer on one connection, which belongs to nobody else until the body has
/// ended. An abort, from any thread, closes the connection, but never one that has been given back.
final class PlainExchange {
    private final ConnectionPool pool;
    private final Abort abort;

    /// Null before there is one and after it was given back or closed.
    private final AtomicReference<@Nullable PlainConnection> held = new AtomicReference<>();

    private volatile boolean closed;

    PlainExchange(ConnectionPool pool, Abort abort) {
        this.pool = pool;
        this.abort = abort;
    }

    /// An answer's head and its body, still arriving.
    record Answer(ResponseHead head, PlainBody body) {}

    Answer run(UpstreamRequest request, byte[] head) throws IOException {
        abort.onFire(this::close);
        var connection = pool.take(request.uri(), request.timeouts().connect(), this::hold);
        hold(connection);
        var answer = exchange(connection, request, head);
        var body = PlainBody.of(request.method(), answer, connection, this);
        if (body.isEmpty()) {
            body.giveConnectionBack();
        }
        return new Answer(answer, body);
    }

    /// An upstream may answer before it has read everything (too large, not allowed) and close:
    /// what it said counts, not that it did not listen.
    private static ResponseHead exchange(
            PlainConnection connection, UpstreamRequest request, byte[] head) throws IOException {
        try {
            connection.write(head, request.body());
        } catch (IOException notRead) {
            try {
                return ResponseHead.read(connection).notReusable();
            } catch (IOException nothingSaid) {
                notRead.addSuppressed(nothingSaid);
                throw notRead;
            }
        }
        return ResponseHead.read(connection);
    }

    /// Takes hold of a connection, also of one that is still being opened; closes it if it is too
    /// late, also where the abort has been fired and its action has not run yet.
    private void hold(PlainConnection connection) throws IOException {
        held.set(connection);
        if (closed || abort.reason() != null) {
            close();
            throw new EOFException("aborted");
        }
    }

    /// The body has ended.
    ///
    /// @param reusable another request may follow on this connection
    void ended(boolean reusable) {
        var connection = held.getAndSet(null);
        if (connection != null && reusable && !closed) {
            pool.giveBack(connection);
        } else if (connection != null) {
            connection.close();
        }
    }

    /// Gives the exchange up; does nothing once it has ended.
    void close() {
        closed = true;
        var connection = held.getAndSet(null);
        if (connection != null) {
            connection.close();
        }
    }
}
