package dev.spangate.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a byte stream into [SseFrame]s without changing a byte, however the bytes arrive.
///
/// Lines end with LF, CR or CRLF. A frame is handed out as soon as its blank line is in. What
/// remains at the end of the stream is a last frame. An event beyond the limit comes in pieces that
/// are not [SseFrame#whole]. For one thread.
public final class SseReader {
    private static final int READ = 16 * 1024;

    private final InputStream in;
    private final int limit;
    private byte[] buffer = new byte[READ];
    private int start;
    private int scanned;
    private int end;
    private boolean ended;

    /// Where the next frame ends, -1 while unknown.
    private int found = -1;

    /// Inside an event of which pieces have been handed out.
    private boolean torn;

    private boolean lineEmpty = true;
    private boolean crBefore;
    private boolean crLfStyle;

    /// @param limit bytes of one event that are held at most
    public SseReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /// Reads what is offered, not a stream: [#next] while [#ready], and once more after [#finish].
    ///
    /// @param limit bytes of one event that are held at most
    public static SseReader ofPieces(int limit) {
        return new SseReader(InputStream.nullInputStream(), limit);
    }

    /// More bytes of a stream that somebody else reads.
    public void offer(byte[] bytes, int length) {
        reserve(length);
        System.arraycopy(bytes, 0, buffer, end, length);
        end += length;
    }

    /// Nothing more will be offered.
    public void finish() {
        ended = true;
    }

    /// The next frame, or null at the end of the stream; blocks until one is complete.
    ///
    /// @throws IOException as the stream throws it; bytes read before stay available in [#rest]
    public @Nullable SseFrame next() throws IOException {
        while (true) {
            if (whole()) {
                return cut(found);
            }
            if (ended) {
                return end > start ? cut(end) : null;
            }
            if (end - start >= limit) {
                var piece = new SseFrame(Arrays.copyOfRange(buffer, start, scanned), false);
                start = scanned;
                torn = true;
                return piece;
            }
            fill();
        }
    }

    /// The next frame is here already: [#next] would not block.
    public boolean ready() {
        return whole() || end - start >= limit;
    }

    private boolean whole() {
        if (found < 0) {
            found = boundary();
        }
        return found >= 0;
    }

    /// Bytes read that are no frame yet: what a relay still owes its client after a fault.
    public byte[] rest() {
        byte[] left = Arrays.copyOfRange(buffer, start, end);
        start = end;
        scanned = end;
        found = -1;
        return left;
    }

    private SseFrame cut(int boundary) {
        var frame = new SseFrame(Arrays.copyOfRange(buffer, start, boundary), !torn);
        start = boundary;
        scanned = boundary;
        found = -1;
        torn = false;
        lineEmpty = true;
        return frame;
    }

    /// Where the frame in the buffer ends, or -1; goes on where the last look stopped.
    private int boundary() {
        while (scanned < end) {
            byte b = buffer[scanned];
            if (b == '\n' && crBefore) {
                // Second half of a CRLF, counted at its CR.
                crBefore = false;
                crLfStyle = true;
                scanned++;
            } else if (b == '\n') {
                scanned++;
                if (lineEmpty && (torn || scanned - start > 1)) {
                    return scanned;
                }
                lineEmpty = true;
            } else if (b == '\r') {
                if (lineEmpty && crLfStyle && scanned + 1 == end && !ended) {
                    // Its LF is on the way: handed out now, clients would wait for it.
                    return -1;
                }
                crBefore = true;
                scanned++;
                if (lineEmpty && (torn || scanned - start > 1)) {
                    return withLineFeed();
                }
                lineEmpty = true;
            } else {
                crBefore = false;
                lineEmpty = false;
                scanned++;
            }
        }
        return -1;
    }

    private int withLineFeed() {
        if (scanned < end && buffer[scanned] == '\n') {
            scanned++;
            crBefore = false;
            crLfStyle = true;
        }
        return scanned;
    }

    private void fill() throws IOException {
        reserve(READ / 4);
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            ended = true;
        } else {
            end += count;
        }
    }

    private void reserve(int room) {
        if (start > 0 && (start == end || buffer.length - end < room)) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            scanned -= start;
            found = found < 0 ? found : found - start;
            start = 0;
        }
        if (buffer.length - end < room) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, end + room));
        }
    }
}
