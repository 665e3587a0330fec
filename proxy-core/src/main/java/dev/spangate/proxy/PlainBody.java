package dev.spangate.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;

/// The body of a response as it arrives, without its framing (RFC 9112 §6, §7). One reader;
/// [#close] from any thread.
final class PlainBody extends InputStream {
    private static final int LONGEST_SIZE = 15;

    private final PlainConnection in;
    private final PlainExchange exchange;
    private final boolean chunked;
    private final boolean untilClose;
    private final boolean reusable;

    /// Bytes left of the body, or of the current chunk.
    private long left;

    private boolean firstChunk = true;
    private boolean ended;

    private PlainBody(PlainConnection in, PlainExchange exchange, long length, boolean reusable) {
        this.in = in;
        this.exchange = exchange;
        this.chunked = length == ResponseHead.CHUNKED;
        this.untilClose = length == ResponseHead.UNTIL_CLOSE;
        this.left = Math.max(0, length);
        this.ended = length == 0;
        this.reusable = reusable && !untilClose;
    }

    static PlainBody of(
            String method, ResponseHead head, PlainConnection in, PlainExchange exchange) {
        boolean none = method.equals("HEAD") || head.status() == 204 || head.status() == 304;
        return new PlainBody(in, exchange, none ? 0 : head.length(), head.reusable());
    }

    /// There is none, or it has been read.
    boolean isEmpty() {
        return ended;
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
        if (chunked && left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int most = untilClose ? length : (int) Math.min(length, left);
        int count = in.read(target, offset, most);
        if (count < 0) {
            if (!untilClose) {
                throw new EOFException("the body ended early");
            }
            end();
            return -1;
        }
        left -= untilClose ? 0 : count;
        if (left == 0 && !chunked && !untilClose) {
            end();
        }
        return count;
    }

    @Override
    public int available() {
        if (ended) {
            return 0;
        }
        return untilClose ? in.available() : (int) Math.min(in.available(), left);
    }

    private void nextChunk() throws IOException {
        var lines = new ResponseHead.Lines(in);
        if (!firstChunk && !lines.next().isEmpty()) {
            throw new ProtocolException("a chunk longer than it says");
        }
        firstChunk = false;
        left = size(lines.next());
        if (left == 0) {
            while (!lines.next().isEmpty()) {
                // Trailers are not passed on.
            }
            end();
        }
    }

    private static long size(String line) throws ProtocolException {
        int semicolon = line.indexOf(';');
        String digits = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        boolean hex = digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
        if (digits.isEmpty() || digits.length() > LONGEST_SIZE || !hex) {
            throw new ProtocolException("a chunk without a size");
        }
        return Long.parseLong(digits, 16);
    }

    private void end() {
        ended = true;
        giveConnectionBack();
    }

    /// Called when the body has ended.
    void giveConnectionBack() {
        exchange.ended(reusable);
    }

    /// Gives the exchange up unless the body has ended.
    @Override
    public void close() {
        exchange.close();
    }
}
