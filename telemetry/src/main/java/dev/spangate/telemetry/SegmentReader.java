package dev.spangate.telemetry;

import dev.spangate.telemetry.Segments.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Walks the journal's frames; damaged bytes are stepped over and reported. Not thread-safe.
final class SegmentReader implements AutoCloseable {
    private static final int CHUNK = 128 << 10;

    private final Segments segments;
    private final LongConsumer damage;
    private ByteBuffer buffer = ByteBuffer.allocate(CHUNK).limit(0);
    private long bufferAt;
    private @Nullable Segment open;
    private @Nullable FileChannel channel;

    /// @param damage told the position of each damaged stretch
    SegmentReader(Segments segments, LongConsumer damage) {
        this.segments = segments;
        this.damage = damage;
    }

    /// A frame and where it lies; the payload stays valid until the next read.
    ///
    /// @param at position of its header
    /// @param payload its bytes
    record Entry(long at, Frame frame, ByteBuffer payload) {
        long end() {
            return at + frame.total();
        }
    }

    /// The first intact frame at or behind `from` and before `limit`; null for none.
    @Nullable Entry next(long from, long limit) throws IOException {
        long position = from;
        boolean damaged = false;
        while (position < limit) {
            var segment = segments.at(position);
            if (segment == null) {
                return null;
            }
            position = Math.max(position, segment.base());
            long end = Math.min(segment.end(), limit);
            var entry = frame(segment, position, end);
            if (entry != null) {
                return entry;
            }
            if (!damaged) {
                damage.accept(position);
                damaged = true;
            }
            position = nextMark(segment, position + 1, end);
        }
        return null;
    }

    /// The frame that starts exactly there; null if it is gone or damaged.
    @Nullable Entry at(long position) throws IOException {
        var segment = segments.at(position);
        return segment == null || segment.base() > position
                ? null
                : frame(segment, position, segment.end());
    }

    private @Nullable Entry frame(Segment segment, long position, long end) throws IOException {
        if (end - position < Frame.HEADER) {
            return null;
        }
        var head = bytes(segment, position, Frame.HEADER);
        var frame = head == null ? null : Frame.read(head);
        if (frame == null || position + frame.total() > end) {
            return null;
        }
        var payload = bytes(segment, position + Frame.HEADER, frame.length());
        return payload == null || !frame.matches(payload)
                ? null
                : new Entry(position, frame, payload);
    }

    /// Where the next frame may start: the mark alone; whether it is one is told by its sum.
    private long nextMark(Segment segment, long from, long end) throws IOException {
        for (long position = from; position + Frame.HEADER <= end; position++) {
            var head = bytes(segment, position, Frame.HEADER);
            if (head == null) {
                return end;
            }
            if (Frame.read(head) != null) {
                return position;
            }
        }
        return end;
    }

    private @Nullable ByteBuffer bytes(Segment segment, long position, int length)
            throws IOException {
        if (position < bufferAt || position + length > bufferAt + buffer.limit()) {
            fill(segment, position, length);
        }
        if (position + length > bufferAt + buffer.limit()) {
            return null;
        }
        return buffer.slice((int) (position - bufferAt), length);
    }

    private void fill(Segment segment, long position, int length) throws IOException {
        var file = channel(segment);
        if (buffer.capacity() < length || buffer.capacity() > 8 * CHUNK) {
            buffer = ByteBuffer.allocate(Math.max(CHUNK, length));
        }
        // Never beyond what is written: bytes behind that may still change.
        buffer.clear().limit((int) Math.min(buffer.capacity(), segment.end() - position));
        bufferAt = position;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, position - segment.base() + buffer.position());
            if (read <= 0) {
                break;
            }
        }
        buffer.flip();
    }

    private FileChannel channel(Segment segment) throws IOException {
        var current = channel;
        if (current != null && open != null && open.base() == segment.base()) {
            return current;
        }
        close();
        current = FileChannel.open(segment.file(), StandardOpenOption.READ);
        channel = current;
        open = segment;
        return current;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
            channel = null;
            open = null;
        }
    }
}
