package dev.spangate.llm;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts JSON values that follow each other: one per line, or as the elements of an array.
///
/// A line ends with its line feed. An element ends with its last byte and what has come with it (a
/// comma, a line feed); what comes later leads the next frame, so that no value waits for it.
final class JsonFrames implements FrameReader {
    private final InputStream in;
    private final int limit;
    private final boolean array;
    private final byte[] buffer = new byte[16 * 1024];
    private int at;
    private int end;

    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private int valueFrom = -1;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private boolean torn;

    /// @param array the values are the elements of an array
    JsonFrames(InputStream in, int limit, boolean array) {
        this.in = in;
        this.limit = limit;
        this.array = array;
    }

    @Override
    public @Nullable Frame next() throws IOException {
        while (true) {
            while (at < end) {
                byte b = buffer[at++];
                raw.write(b);
                if (look(b)) {
                    return array ? element() : cut(raw.size());
                }
                if (raw.size() >= limit) {
                    return piece();
                }
            }
            end = Math.max(0, in.read(buffer));
            at = 0;
            if (end == 0) {
                return raw.size() > 0 ? last() : null;
            }
        }
    }

    /// True when the byte completes a frame.
    private boolean look(byte b) {
        if (escaped) {
            escaped = false;
        } else if (inString) {
            escaped = b == '\\';
            inString = b != '"';
        } else if (b == '"') {
            inString = true;
        } else if (b == '{' || b == '[') {
            if (depth == base() && valueFrom < 0) {
                valueFrom = raw.size() - 1;
            }
            depth++;
        } else if (b == '}' || b == ']') {
            depth--;
            return array && depth == 1 && valueFrom >= 0;
        } else if (b == '\n') {
            return !array && depth == 0 && valueFrom >= 0;
        }
        return false;
    }

    private int base() {
        return array ? 1 : 0;
    }

    private Frame element() {
        int value = raw.size();
        while (at < end && (buffer[at] == ',' || buffer[at] == '\r' || buffer[at] == '\n')) {
            raw.write(buffer[at++]);
        }
        return cut(value);
    }

    private Frame cut(int valueTo) {
        byte[] bytes = raw.toByteArray();
        byte[] data = torn ? new byte[0] : Arrays.copyOfRange(bytes, valueFrom, valueTo);
        boolean whole = !torn;
        raw.reset();
        valueFrom = -1;
        torn = false;
        return new Frame(bytes, data, "", whole);
    }

    private Frame piece() {
        byte[] bytes = raw.toByteArray();
        raw.reset();
        torn = torn || valueFrom >= 0;
        valueFrom = torn ? 0 : -1;
        return new Frame(bytes, new byte[0], "", !torn);
    }

    /// What follows the last value, a line without its end, or a value that was cut off.
    private Frame last() {
        if (valueFrom >= 0 && depth == base()) {
            return cut(raw.size());
        }
        boolean whole = valueFrom < 0;
        return new Frame(rest(), new byte[0], "", whole);
    }

    @Override
    public byte[] rest() {
        byte[] bytes = raw.toByteArray();
        raw.reset();
        return bytes;
    }
}
