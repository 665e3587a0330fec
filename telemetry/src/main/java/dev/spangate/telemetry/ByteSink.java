package dev.spangate.telemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/// Bytes that are put together before they are written in one go; not thread-safe. [ByteSource]
/// reads them back.
final class ByteSink {
    private static final int SHRINK_ABOVE = 4 << 20;

    private byte[] bytes;
    private int size;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    /// How a value of an attribute map is written.
    static final class Tag {
        static final int TEXT = 1;
        static final int LONG = 2;
        static final int DOUBLE = 3;
        static final int TRUE = 4;
        static final int FALSE = 5;
        static final int TEXTS = 6;

        private Tag() {}
    }

    void putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void put(ByteSink other) {
        put(other.bytes, 0, other.size);
    }

    void putInt(int value) {
        room(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void putLong(long value) {
        putInt((int) (value >>> 32));
        putInt((int) value);
    }

    void put(byte[] more) {
        put(more, 0, more.length);
    }

    void put(byte[] more, int from, int length) {
        room(length);
        System.arraycopy(more, from, bytes, size, length);
        size += length;
    }

    /// Length and UTF-8 bytes; -1 for null.
    void putText(@Nullable String text) {
        if (text == null) {
            putInt(-1);
        } else {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            putInt(utf8.length);
            put(utf8);
        }
    }

    /// Length and UTF-8 bytes, deflated.
    void putCompressed(String text) {
        int at = size;
        putInt(0);
        var deflater = new Deflater(Deflater.BEST_SPEED);
        try (var out =
                new OutputStreamWriter(
                        new DeflaterOutputStream(new Tail(this), deflater, 32 << 10),
                        StandardCharsets.UTF_8)) {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not refuse
        } finally {
            deflater.end();
        }
        setInt(at, size - at - 4);
    }

    /// Appends what is written.
    private static final class Tail extends OutputStream {
        private final ByteSink sink;

        Tail(ByteSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(int value) {
            sink.putByte(value);
        }

        @Override
        public void write(byte[] more, int from, int length) {
            sink.put(more, from, length);
        }
    }

    void putTexts(@Nullable List<?> texts) {
        putInt(texts == null ? 0 : texts.size());
        if (texts != null) {
            texts.forEach(text -> putText(String.valueOf(text)));
        }
    }

    /// Strings, numbers, booleans and lists of strings; what is null is left out.
    void putMap(@Nullable Map<String, ?> map) {
        int at = size;
        int count = 0;
        putInt(0);
        if (map != null) {
            for (var entry : map.entrySet()) {
                if (entry.getValue() != null) {
                    putText(entry.getKey());
                    putValue(entry.getValue());
                    count++;
                }
            }
        }
        setInt(at, count);
    }

    private void putValue(Object value) {
        switch (value) {
            case Long number -> putTagged(Tag.LONG, number);
            case Integer number -> putTagged(Tag.LONG, number);
            case Double number -> putTagged(Tag.DOUBLE, Double.doubleToRawLongBits(number));
            case Boolean flag -> putByte(flag ? Tag.TRUE : Tag.FALSE);
            case List<?> list -> {
                putByte(Tag.TEXTS);
                putTexts(list);
            }
            default -> {
                putByte(Tag.TEXT);
                putText(value.toString());
            }
        }
    }

    private void putTagged(int tag, long value) {
        putByte(tag);
        putLong(value);
    }

    /// Overwrites what was put before.
    void setInt(int at, int value) {
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    /// Feeds the bytes behind `from` into the sum.
    void sum(CRC32C sum, int from) {
        sum.update(bytes, from, size - from);
    }

    int size() {
        return size;
    }

    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    /// Forgets what was put behind `to`.
    void cut(int to) {
        size = to;
    }

    void clear() {
        size = 0;
        if (bytes.length > SHRINK_ABOVE) {
            bytes = new byte[SHRINK_ABOVE / 16];
        }
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
    }
}
