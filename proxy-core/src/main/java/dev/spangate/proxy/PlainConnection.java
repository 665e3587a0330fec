package dev.spangate.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// A connection to an upstream with the bytes that were read ahead. One thread at a time; only
/// [#close] is for any.
final class PlainConnection {
    private static final int READ_AHEAD = 16 << 10;

    /// A larger piece would be copied to a buffer outside the heap as a whole.
    private static final int WRITE_AT_ONCE = 128 << 10;

    private final String origin;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(READ_AHEAD).flip();
    private long idleSince;

    private PlainConnection(String origin, SocketChannel channel) {
        this.origin = origin;
        this.channel = channel;
    }

    /// Not connected yet.
    ///
    /// @param origin host and port, which connections for reuse are told apart by
    static PlainConnection create(String origin) throws IOException {
        var channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        return new PlainConnection(origin, channel);
    }

    /// @param limit zero for none
    void connect(InetSocketAddress address, Duration limit) throws IOException {
        channel.socket().connect(address, (int) Math.min(limit.toMillis(), Integer.MAX_VALUE));
    }

    String origin() {
        return origin;
    }

    void write(byte[] head, byte[] body) throws IOException {
        int first = Math.min(body.length, WRITE_AT_ONCE);
        var both = new ByteBuffer[] {ByteBuffer.wrap(head), ByteBuffer.wrap(body, 0, first)};
        while (both[0].hasRemaining() || both[1].hasRemaining()) {
            channel.write(both);
        }
        for (int at = first; at < body.length; at += WRITE_AT_ONCE) {
            var piece = ByteBuffer.wrap(body, at, Math.min(WRITE_AT_ONCE, body.length - at));
            while (piece.hasRemaining()) {
                channel.write(piece);
            }
        }
    }

    /// The next byte; waits for it.
    ///
    /// @throws EOFException if there is none
    int read() throws IOException {
        if (!in.hasRemaining() && !fill()) {
            throw new EOFException("closed by the upstream");
        }
        return in.get() & 0xff;
    }

    /// What is there, waiting for the first byte only; -1 at the end.
    int read(byte[] target, int offset, int length) throws IOException {
        if (in.hasRemaining()) {
            int count = Math.min(length, in.remaining());
            in.get(target, offset, count);
            return count;
        }
        if (length >= READ_AHEAD) {
            return channel.read(ByteBuffer.wrap(target, offset, length));
        }
        return fill() ? read(target, offset, length) : -1;
    }

    /// How much was read ahead.
    int available() {
        return in.remaining();
    }

    private boolean fill() throws IOException {
        in.clear();
        int count = channel.read(in);
        in.flip();
        return count > 0;
    }

    /// Whether a request may be sent on it once more: the upstream has neither closed it nor sent
    /// something that nobody asked for.
    boolean isQuiet() {
        if (in.hasRemaining() || !channel.isOpen()) {
            return false;
        }
        try {
            channel.configureBlocking(false);
            in.clear();
            int count = channel.read(in);
            in.flip();
            channel.configureBlocking(true);
            return count == 0;
        } catch (IOException gone) {
            return false;
        }
    }

    void idleFrom(long nanoTime) {
        idleSince = nanoTime;
    }

    /// [System#nanoTime] of its last use.
    long idleSince() {
        return idleSince;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException gone) {
            // It is of no use any more, whatever the system thinks of closing it.
            return;
        }
    }
}
