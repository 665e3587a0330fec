package dev.spangate.llm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts AWS event streams: length-prefixed messages with headers and a payload
/// (docs.aws.amazon.com: Transcribe, "Event stream encoding").
///
/// Checksums are not checked: the client does, and what it gets is what came.
final class AmazonFrames implements FrameReader {
    private static final int PRELUDE = 12;
    private static final int CHECKSUM = 4;
    private static final int STRING = 7;

    private final InputStream in;
    private final int limit;
    private byte[] rest = {};
    private boolean lost;

    AmazonFrames(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    @Override
    public @Nullable Frame next() throws IOException {
        if (lost) {
            return piece();
        }
        byte[] prelude = exactly(PRELUDE);
        if (prelude.length == 0) {
            return null;
        }
        int total = ByteBuffer.wrap(prelude).getInt();
        int headers = ByteBuffer.wrap(prelude).getInt(4);
        if (prelude.length < PRELUDE
                || total < PRELUDE + CHECKSUM
                || total > limit
                || headers < 0
                || headers > total - PRELUDE - CHECKSUM) {
            lost = true;
            return new Frame(prelude, new byte[0], "", false);
        }
        byte[] raw = Arrays.copyOf(prelude, total);
        rest = prelude;
        byte[] tail = exactly(total - PRELUDE);
        System.arraycopy(tail, 0, raw, PRELUDE, tail.length);
        rest = new byte[0];
        if (tail.length < total - PRELUDE) {
            return new Frame(Arrays.copyOf(raw, PRELUDE + tail.length), new byte[0], "", false);
        }
        int payload = PRELUDE + headers;
        return new Frame(
                raw,
                Arrays.copyOfRange(raw, payload, total - CHECKSUM),
                eventType(raw, PRELUDE, payload),
                true);
    }

    /// What cannot be cut is relayed as it comes.
    private @Nullable Frame piece() throws IOException {
        byte[] buffer = new byte[16 * 1024];
        int count = in.read(buffer);
        return count < 0 ? null : new Frame(Arrays.copyOf(buffer, count), new byte[0], "", false);
    }

    /// As many bytes, or fewer at the end of the stream.
    private byte[] exactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        int at = 0;
        try {
            while (at < count) {
                int read = in.read(bytes, at, count - at);
                if (read < 0) {
                    return Arrays.copyOf(bytes, at);
                }
                at += read;
            }
            return bytes;
        } catch (IOException e) {
            byte[] owed = Arrays.copyOf(rest, rest.length + at);
            System.arraycopy(bytes, 0, owed, rest.length, at);
            rest = owed;
            throw e;
        }
    }

    /// `:event-type`, or `:exception-type` with an exclamation mark in front.
    private static String eventType(byte[] raw, int from, int to) {
        try {
            var headers = ByteBuffer.wrap(raw, from, to - from);
            while (headers.hasRemaining()) {
                String name = text(headers, headers.get() & 0xff);
                if (headers.get() != STRING) {
                    throw new EOFException("only text headers are expected");
                }
                String value = text(headers, headers.getShort() & 0xffff);
                if (name.equals(":event-type")) {
                    return value;
                }
                if (name.equals(":exception-type")) {
                    return "!" + value;
                }
            }
            return "";
        } catch (EOFException | RuntimeException e) {
            return "";
        }
    }

    private static String text(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] rest() {
        byte[] owed = rest;
        rest = new byte[0];
        return owed;
    }
}
