package dev.spangate.mcp;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The HTTP response to one POST: JSON when the answer comes soon and alone, else an SSE stream
/// that gives signs of life.
///
/// Thread-safe. It ends with the last of the expected answers.
final class PostAnswer implements Heartbeat.Pulse {
    private static final Header JSON_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");

    private final ServerResponse response;
    private final McpConfig.Downstream config;
    private final boolean mayStream;
    private final boolean mustStream;
    private final @Nullable ArrayNode batch;
    private final long startNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean beating = new AtomicBoolean();
    private final List<Runnable> goneHooks = new CopyOnWriteArrayList<>();
    private int awaited;
    private volatile @Nullable SseStream stream;
    private volatile boolean headed = true;
    private volatile boolean ended;
    private volatile boolean gone;

    /// @param accept the request's `Accept`: decides whether a stream is possible
    /// @param batch of how many requests the POST is a batch; 0 for a single one
    PostAnswer(ServerResponse response, String accept, McpConfig.Downstream config, int batch) {
        this.response = response;
        this.config = config;
        boolean any = accept.isEmpty() || accept.contains("*/*");
        this.mayStream = any || accept.contains("text/event-stream");
        boolean noJson = !any && !accept.contains("application/json");
        this.mustStream = mayStream && (noJson || batch > 1);
        this.batch = batch > 0 ? Json.array() : null;
        this.awaited = Math.max(1, batch);
    }

    /// Keeps the stream from beginning by itself until a header has been added.
    void awaitHeader() {
        headed = false;
    }

    /// Adds a header; before anything is sent.
    void header(HeaderName name, String value) {
        response.header(name, value);
        headed = true;
    }

    /// Whether messages can be sent before the answer.
    boolean mayStream() {
        return mayStream;
    }

    /// Sends a message before the answer; dropped where the client takes no stream.
    ///
    /// @return whether it was written
    boolean send(ObjectNode message) {
        lock.lock();
        try {
            return !ended && mayStream && noticed(opened().event(null, Json.bytes(message)));
        } finally {
            lock.unlock();
        }
    }

    /// Sends one answer.
    ///
    /// @param status the HTTP status, where a stream has not begun
    /// @return whether it was written, or will be with the batch
    boolean answer(int status, ObjectNode message) {
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            boolean streams = stream != null || (mustStream && status == 200);
            boolean delivered = true;
            if (streams) {
                delivered = noticed(opened().event(null, Json.bytes(message)));
            } else if (batch != null) {
                batch.add(message);
            } else {
                ended = true;
                return sendJson(status, Json.bytes(message));
            }
            return oneLess() && delivered;
        } finally {
            lock.unlock();
        }
    }

    /// One answer less: the client has cancelled its request.
    void abandon() {
        lock.lock();
        try {
            if (!ended) {
                if (batch == null) {
                    opened();
                }
                oneLess();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Runs once the client is found to have left before the end; at once where it has already.
    void onGone(Runnable hook) {
        goneHooks.add(hook);
        if (gone) {
            hook.run();
        }
    }

    void notOnGone(Runnable hook) {
        goneHooks.remove(hook);
    }

    /// The client has left before the end.
    boolean gone() {
        return gone;
    }

    @Override
    public boolean due(long nanoTime) {
        if (ended || gone || !mayStream || beating.get()) {
            return false;
        }
        var open = stream;
        return open == null
                ? headed && nanoTime - startNanos >= config.streamAfter().toNanos()
                : nanoTime - open.lastWriteNanos() >= config.keepAlive().toNanos();
    }

    @Override
    public void beat() {
        if (!beating.compareAndSet(false, true)) {
            return;
        }
        lock.lock();
        try {
            if (!ended) {
                noticed(opened().comment());
            }
        } finally {
            lock.unlock();
            beating.set(false);
        }
    }

    private boolean oneLess() {
        awaited--;
        if (awaited > 0) {
            return true;
        }
        ended = true;
        var open = stream;
        if (open != null) {
            open.close();
            return true;
        }
        return batch == null || sendJson(200, Json.bytes(batch));
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
            goneHooks.forEach(Thread::startVirtualThread);
        }
        return written;
    }
}
