package dev.spangate.proxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One piece of an event stream, up to and with the blank line that dispatches it.
///
/// The raw bytes of all frames, in order, are the stream; fields are read on demand (HTML Living
/// Standard §9.2.6). Not thread-safe, never changed once handed out.
public final class SseFrame {
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] ID = {'i', 'd'};

    private final byte[] raw;
    private final boolean whole;

    SseFrame(byte[] raw, boolean whole) {
        this.raw = raw;
        this.whole = whole;
    }

    /// The bytes as they came.
    public byte[] raw() {
        return raw;
    }

    /// False for a piece of an event too large to hold: relay it, read nothing of it.
    public boolean whole() {
        return whole;
    }

    /// The `event` field, empty if there is none.
    public String event() {
        return new String(field(EVENT), StandardCharsets.UTF_8);
    }

    /// The `id` field, empty if there is none.
    public String id() {
        return new String(field(ID), StandardCharsets.UTF_8);
    }

    /// The `data` lines, joined by line feeds; empty for comments and the like.
    public byte[] data() {
        return field(DATA);
    }

    /// The raw bytes hold this ASCII text somewhere.
    public boolean contains(byte[] text) {
        return indexOf(text, 0) >= 0;
    }

    /// Where this ASCII text comes next in the raw bytes, -1 if nowhere.
    public int indexOf(byte[] text, int from) {
        int last = raw.length - text.length;
        for (int i = from; i <= last; i++) {
            if (raw[i] == text[0] && matches(i, text)) {
                return i;
            }
        }
        return -1;
    }

    private byte[] field(byte[] name) {
        byte[] value = {};
        @Nullable ByteArrayOutputStream joined = null;
        boolean found = false;
        int at = start();
        while (at < raw.length) {
            int end = lineEnd(at);
            if (isField(at, end, name)) {
                int from = valueStart(at + name.length, end);
                if (!found || !Arrays.equals(name, DATA)) {
                    value = Arrays.copyOfRange(raw, from, end);
                } else {
                    joined = joined == null ? opened(value) : joined;
                    joined.write('\n');
                    joined.write(raw, from, end - from);
                }
                found = true;
            }
            at = end + 1;
        }
        return joined == null ? value : joined.toByteArray();
    }

    private static ByteArrayOutputStream opened(byte[] first) {
        var joined = new ByteArrayOutputStream();
        joined.writeBytes(first);
        return joined;
    }

    /// Behind a byte order mark.
    private int start() {
        boolean mark =
                raw.length >= 3
                        && raw[0] == (byte) 0xef
                        && raw[1] == (byte) 0xbb
                        && raw[2] == (byte) 0xbf;
        return mark ? 3 : 0;
    }

    private int lineEnd(int from) {
        int at = from;
        while (at < raw.length && raw[at] != '\n' && raw[at] != '\r') {
            at++;
        }
        return at;
    }

    private boolean isField(int from, int end, byte[] name) {
        int after = from + name.length;
        return after <= end && matches(from, name) && (after == end || raw[after] == ':');
    }

    private int valueStart(int colon, int end) {
        int from = Math.min(colon + 1, end);
        return from < end && raw[from] == ' ' ? from + 1 : from;
    }

    private boolean matches(int from, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (raw[from + i] != text[i]) {
                return false;
            }
        }
        return true;
    }
}
