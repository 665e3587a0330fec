package dev.spangate.telemetry;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that are put together before they are written in one go; not thread-safe.
final class ByteSink {
    private static final int SHRINK_ABOVE = 4 << 20;

    private byte[] bytes;
    private int size;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
    }

    void putByte(int value) {
        room(1)[size++] = (byte) value;
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
        System.arraycopy(more, 0, room(more.length), size, more.length);
        size += more.length;
    }

    int size() {
        return size;
    }

    ByteBuffer view() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, size);
    }

    void clear() {
        size = 0;
        if (bytes.length > SHRINK_ABOVE) {
            bytes = new byte[SHRINK_ABOVE / 16];
        }
    }

    private byte[] room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
        }
        return bytes;
    }
}
