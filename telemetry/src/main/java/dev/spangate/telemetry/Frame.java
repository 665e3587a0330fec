package dev.spangate.telemetry;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The envelope of one journal record on disk.
///
/// Layout, big endian: `Spg`, kind, payload length (4), CRC-32C of kind, time and payload (4),
/// epoch milliseconds (8), payload. The mark lets a reader find the next record behind damaged
/// bytes.
///
/// @param kind what the payload is
/// @param length payload bytes
/// @param crc as written
/// @param millis when it was written
record Frame(Kind kind, int length, int crc, long millis) {
    static final int HEADER = 20;
    static final int MAX_PAYLOAD = 512 << 20;
    private static final int MARK = ('S' << 24) | ('p' << 16) | ('g' << 8);

    /// What a payload is.
    enum Kind {
        DRAFT(1),
        RELEASE(2),
        STATE(3),
        CHECKPOINT(4),
        /// A release whose run is not decided yet (sampling): no destination reads it.
        PENDING(5),
        /// A pending release that was sampled out.
        DISCARDED(6),
        WITHDRAWN(7);

        private static final Kind[] ALL = values();
        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static @Nullable Kind of(int code) {
            return code < 1 || code > ALL.length ? null : ALL[code - 1];
        }

        /// The payload begins with a [Place].
        boolean isOfSpan() {
            return this != STATE && this != CHECKPOINT;
        }
    }

    int total() {
        return HEADER + length;
    }

    /// Appends a whole frame; where the payload fails, nothing is appended.
    static void write(ByteSink out, Kind kind, long millis, Consumer<ByteSink> payload) {
        int start = out.size();
        try {
            out.putInt(MARK | kind.code);
            out.putInt(0);
            out.putInt(0);
            out.putLong(millis);
            payload.accept(out);
            out.setInt(start + 4, out.size() - start - HEADER);
            var crc = head(kind, millis);
            out.sum(crc, start + HEADER);
            out.setInt(start + 8, (int) crc.getValue());
        } catch (RuntimeException e) {
            out.cut(start);
            throw e;
        }
    }

    /// Reads a header at the buffer's position; null where none can be.
    static @Nullable Frame read(ByteBuffer in) {
        int first = in.getInt();
        var kind = Kind.of(first & 0xff);
        if ((first & 0xffffff00) != MARK || kind == null) {
            return null;
        }
        int length = in.getInt();
        var frame = new Frame(kind, length, in.getInt(), in.getLong());
        return length < 0 || length > MAX_PAYLOAD ? null : frame;
    }

    /// The payload is what was written.
    boolean matches(ByteBuffer payload) {
        if (payload.remaining() != length) {
            return false;
        }
        var sum = head(kind, millis);
        sum.update(payload.duplicate());
        return (int) sum.getValue() == crc;
    }

    private static CRC32C head(Kind kind, long millis) {
        var crc = new CRC32C();
        crc.update(kind.code);
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (millis >>> shift));
        }
        return crc;
    }
}
