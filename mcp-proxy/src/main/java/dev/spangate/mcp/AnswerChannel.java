package dev.spangate.mcp;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Answers one POST: with JSON when the answer comes soon and alone, else with an SSE stream that
/// gives signs of life.
///
/// Thread-safe. Exactly one [#finish] or [#abandon] counts.
final class AnswerChannel implements Heartbeat.Pulse {
    private static final Header JSON_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");

    private final ServerResponse response;
    private final boolean mayStream;
    private final boolean mustStream;
    private final Duration streamAfter;
    private final Duration keepAlive;
    private final long startNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean beating = new AtomicBoolean();
    private volatile @Nullable SseStream stream;
    private volatile boolean finished;
    private volatile boolean gone;
    private @Nullable Runnable onGone;

    /// @param accept the request's `Accept`; decides whether a stream is possible
    AnswerChannel(ServerResponse response, String accept, McpConfig.Downstream config) {
        this.response = response;
        boolean any = accept.isEmpty() || accept.contains("*/*");
        this.mayStream = any || accept.contains("text/event-stream");
        this.mustStream = mayStream && !any && !accept.contains("application/json");
        this.streamAfter = config.streamAfter();
        this.keepAlive = config.keepAlive();
    }

    /// Adds a header to the answer; before anything is sent.
    void header(HeaderName name, String value) {
        response.header(name, value);
    }

    /// Sends a message before the answer; dropped where the client takes no stream.
    ///
    /// @return whether it was written
    boolean send(ObjectNode message) {
        lock.lock();
        try {
            if (finished || !mayStream) {
                return false;
            }
            return noticed(opened().event(null, Json.bytes(message)));
        } finally {
            lock.unlock();
        }
    }

    /// Sends the answer and ends the exchange.
    ///
    /// @param status the HTTP status, where a stream has not begun
    /// @return whether it was written to the client
    boolean finish(int status, ObjectNode message) {
        lock.lock();
        try {
            if (finished) {
                return false;
            }
            finished = true;
            if (stream == null && !(mustStream && status == 200)) {
                return sendJson(status, Json.bytes(message));
            }
            var open = opened();
            boolean delivered = noticed(open.event(null, Json.bytes(message)));
            open.close();
            return delivered;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the exchange without an answer: the client has cancelled the request.
    void abandon() {
        lock.lock();
        try {
            if (!finished) {
                finished = true;
                opened().close();
            }
        } finally {
            lock.unlock();
        }
    }

    /// What to do, once, when the client is found to have left; at once where it has already.
    void onGone(Runnable hook) {
        boolean already;
        lock.lock();
        try {
            onGone = hook;
            already = gone;
        } finally {
            lock.unlock();
        }
        if (already) {
            hook.run();
        }
    }

    /// The client has left before the answer.
    boolean gone() {
        return gone;
    }

    @Override
    public boolean due(long nanoTime) {
        if (finished || gone || !mayStream || beating.get()) {
            return false;
        }
        var open = stream;
        return open == null
                ? nanoTime - startNanos >= streamAfter.toNanos()
                : nanoTime - open.lastWriteNanos() >= keepAlive.toNanos();
    }

    @Override
    public void beat() {
        if (!beating.compareAndSet(false, true)) {
            return;
        }
        lock.lock();
        try {
            if (!finished) {
                noticed(opened().comment());
            }
        } finally {
            lock.unlock();
            beating.set(false);
        }
    }

    private SseStream opened() {
        var open = stream;
        if (open == null) {
            open = new SseStream(response);
            stream = open;
        }
        return open;
    }

    private boolean sendJson(int status, byte[] body) {
        try {
            response.status(Status.create(status)).header(JSON_TYPE).send(body);
            return true;
        } catch (RuntimeException _) {
            return noticed(false);
        }
    }

    private boolean noticed(boolean written) {
        if (!written && !gone) {
            gone = true;
            var hook = onGone;
            if (hook != null) {
                Thread.startVirtualThread(hook);
            }
        }
        return written;
    }
}
