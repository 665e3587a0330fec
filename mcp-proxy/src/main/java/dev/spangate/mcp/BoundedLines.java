package dev.spangate.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads lines of bytes up to a size; of a longer line only its ends are kept.
final class BoundedLines {
    private static final int KEPT_ENDS = 256;

    /// One line without its end; its first and last bytes if it is cut.
    static final class Line {
        private final byte[] bytes;
        private final boolean cut;

        Line(byte[] bytes, boolean cut) {
            this.bytes = bytes;
            this.cut = cut;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean cut() {
            return cut;
        }
    }

    private final InputStream in;
    private final int max;
    private final byte[] buffer = new byte[16_384];
    private int position;
    private int limit;

    BoundedLines(InputStream in, int max) {
        this.in = in;
        this.max = max;
    }

    /// The next line, or null at the end; a last line without its end counts.
    @Nullable Line next() throws IOException {
        var line = new ByteArrayOutputStream(256);
        var tail = new byte[0];
        var cut = false;
        while (true) {
            if (position == limit && !fill()) {
                return line.size() == 0 ? null : finish(line, tail, cut);
            }
            var end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            if (!cut && line.size() + (end - position) > max) {
                cut = true;
                tail = lastOf(line.toByteArray(), line.size());
                var head = Arrays.copyOf(line.toByteArray(), Math.min(line.size(), KEPT_ENDS));
                line.reset();
                line.write(head, 0, head.length);
            }
            if (cut) {
                tail = lastOf(tail, tail.length, Arrays.copyOfRange(buffer, position, end));
            } else {
                line.write(buffer, position, end - position);
            }
            position = end;
            if (end < limit) {
                position++;
                return finish(line, tail, cut);
            }
        }
    }

    private boolean fill() throws IOException {
        var read = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(0, read);
        return read > 0;
    }

    private static Line finish(ByteArrayOutputStream line, byte[] tail, boolean cut) {
        if (cut) {
            line.write(tail, 0, tail.length);
        }
        var bytes = line.toByteArray();
        var end =
                bytes.length > 0 && bytes[bytes.length - 1] == '\r'
                        ? bytes.length - 1
                        : bytes.length;
        return new Line(end == bytes.length ? bytes : Arrays.copyOf(bytes, end), cut);
    }

    private static byte[] lastOf(byte[] bytes, int length) {
        return Arrays.copyOfRange(bytes, Math.max(0, length - KEPT_ENDS), length);
    }

    private static byte[] lastOf(byte[] kept, int length, byte[] more) {
        var joined = Arrays.copyOf(kept, length + more.length);
        System.arraycopy(more, 0, joined, length, more.length);
        return lastOf(joined, joined.length);
    }
}
