package dev.spangate.mcp;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One SSE response. Written by any thread, one event at a time; each is flushed.
///
/// A write that fails means that the client has left: all later ones do nothing and say false.
final class SseStream {
    private static final Header TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream");
    private static final Header NO_CACHE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-cache");
    private static final Header NO_BUFFERING =
            HeaderValues.createCached(HeaderNames.create("X-Accel-Buffering"), "no");
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD = "event: message\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ReentrantLock lock = new ReentrantLock();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final OutputStream out;
    private boolean closed;
    private volatile boolean gone;
    private volatile long lastWriteNanos;

    /// Opens the stream; the caller has sent nothing on the response yet.
    SseStream(ServerResponse response) {
        response.status(200).header(TYPE).header(NO_CACHE).header(NO_BUFFERING);
        this.out = response.outputStream();
        this.lastWriteNanos = System.nanoTime();
    }

    /// @param id the event's id, if a client may resume after it
    /// @param json one JSON text without line breaks
    boolean event(@Nullable String id, byte[] json) {
        return write(() -> {
            if (id != null) {
                out.write(("id: " + id + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.write(HEAD);
            out.write(DATA);
            out.write(json);
            out.write(END);
        });
    }

    /// An event with an id and no data: where to resume (2025-11-25, SEP-1699).
    boolean primer(String id) {
        return write(
                () -> out.write(("id: " + id + "\ndata: \n\n").getBytes(StandardCharsets.UTF_8)));
    }

    /// A sign of life.
    boolean comment() {
        return write(() -> out.write(COMMENT));
    }

    /// Ends the response. Later writes do nothing.
    void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                if (!gone) {
                    out.close();
                }
            }
        } catch (IOException | RuntimeException _) {
            gone = true;
        } finally {
            lock.unlock();
            ended.countDown();
        }
    }

    /// Blocks the request's own thread until the stream is closed or the client has left.
    void awaitEnd() {
        try {
            ended.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The client has left.
    boolean gone() {
        return gone;
    }

    /// When something was written last, on [System#nanoTime]'s scale.
    long lastWriteNanos() {
        return lastWriteNanos;
    }

    private boolean write(Writing writing) {
        lock.lock();
        try {
            if (closed || gone) {
                return false;
            }
            writing.run();
            out.flush();
            lastWriteNanos = System.nanoTime();
            return true;
        } catch (IOException | RuntimeException _) {
            gone = true;
            ended.countDown();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private interface Writing {
        void run() throws IOException;
    }
}
