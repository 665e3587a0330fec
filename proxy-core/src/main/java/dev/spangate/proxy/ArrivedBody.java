package dev.spangate.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The body of a response as a stream that gives every byte that has arrived before it tells of a
/// failure.
///
/// The JDK's own stream forgets what it holds when the connection breaks, so a client would not get
/// the last words of an answer that breaks off. One reader; [#close] from any thread.
final class ArrivedBody extends InputStream implements HttpResponse.BodySubscriber<InputStream> {
    private sealed interface Event {
        record Data(List<ByteBuffer> buffers) implements Event {}

        record End(@Nullable Throwable failure) implements Event {}
    }

    /// Bounded by what was requested: one piece beyond the one being read.
    private final BlockingQueue<Event> arrived = new LinkedBlockingQueue<>();

    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private volatile Flow.@Nullable Subscription subscription;
    private volatile boolean closed;
    private Event.@Nullable End end;

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        } else {
            given.request(2);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
        arrived.add(new Event.Data(item));
    }

    @Override
    public void onError(Throwable failure) {
        arrived.add(new Event.End(failure));
    }

    @Override
    public void onComplete() {
        arrived.add(new Event.End(null));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        var buffer = next();
        if (buffer == null) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(target, offset, count);
        return count;
    }

    @Override
    public int available() {
        var buffer = buffers.peek();
        return buffer == null ? 0 : buffer.remaining();
    }

    /// Gives the exchange up; who waits in [#read] gets an exception.
    @Override
    public void close() {
        closed = true;
        var running = subscription;
        if (running != null) {
            running.cancel();
        }
        arrived.add(new Event.End(new IOException("closed")));
    }

    private @Nullable ByteBuffer next() throws IOException {
        while (end == null && !closed) {
            var first = buffers.peek();
            if (first != null && first.hasRemaining()) {
                return first;
            }
            if (first == null) {
                take();
            } else {
                buffers.remove();
            }
        }
        if (closed) {
            throw new IOException("closed");
        }
        if (end != null && end.failure() != null) {
            throw new IOException("broken off", end.failure());
        }
        return null;
    }

    private void take() throws IOException {
        try {
            switch (arrived.take()) {
                case Event.Data(var more) -> {
                    buffers.addAll(more);
                    var running = subscription;
                    if (running != null) {
                        running.request(1);
                    }
                }
                case Event.End last -> end = last;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
