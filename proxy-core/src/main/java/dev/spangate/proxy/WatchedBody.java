package dev.spangate.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/// A response's body under its deadlines; failures carry the reason of the abort.
final class WatchedBody extends InputStream {
    private final InputStream in;
    private final URI uri;
    private final Abort abort;
    private final Deadlines.Deadline idle;
    private final Deadlines.Deadline total;
    private volatile boolean ended;

    WatchedBody(
            InputStream in,
            URI uri,
            Abort abort,
            Deadlines.Deadline idle,
            Deadlines.Deadline total) {
        this.in = in;
        this.uri = uri;
        this.abort = abort;
        this.idle = idle;
        this.total = total;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (ended) {
            return afterEnd();
        }
        idle.resume();
        try {
            int count = in.read(target, offset, length);
            if (count < 0) {
                end();
            }
            return count;
        } catch (IOException e) {
            end();
            throw Failures.of(uri, abort, e);
        } finally {
            // The limit is the upstream's: a client that reads slowly must not use it up.
            idle.pause();
        }
    }

    private int afterEnd() throws IOException {
        if (abort.reason() != null) {
            throw Failures.of(uri, abort, new IOException("closed"));
        }
        return -1;
    }

    @Override
    public int available() throws IOException {
        return ended ? 0 : in.available();
    }

    @Override
    public void close() {
        end();
        try {
            in.close();
        } catch (IOException ignored) {
            // Closing is how an exchange is given up: there is nobody left to tell.
        }
    }

    private void end() {
        ended = true;
        idle.stop();
        total.stop();
    }
}
