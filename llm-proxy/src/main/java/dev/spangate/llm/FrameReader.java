package dev.spangate.llm;

import dev.spangate.proxy.SseReader;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Cuts a streamed answer into frames without changing a byte. For one thread.
interface FrameReader {
    /// The next frame, or null at the end; blocks until it is complete.
    @Nullable Frame next() throws IOException;

    /// Bytes read that are no frame yet: what is still owed to the client after a fault.
    byte[] rest();

    /// How an answer is cut.
    enum Framing {
        /// One JSON value: nothing to cut.
        WHOLE,
        /// Server-sent events.
        EVENTS,
        /// A JSON value per line (NDJSON).
        LINES,
        /// A JSON array whose elements come one by one.
        ARRAY,
        /// `application/vnd.amazon.eventstream`.
        AMAZON;

        /// By the first byte where that is plain, else by the content type: upstreams do lie.
        ///
        /// @param first the first byte that is no space, 0 if there is none
        static Framing of(String contentType, char first) {
            if (contentType.startsWith("application/vnd.amazon.eventstream")) {
                return AMAZON;
            }
            if (contentType.startsWith("application/x-ndjson")) {
                return LINES;
            }
            if (first == '{' || first == '[') {
                return WHOLE;
            }
            boolean looksLikeEvents = first == ':' || first == 'd' || first == 'e';
            return contentType.startsWith("text/event-stream") || looksLikeEvents ? EVENTS : WHOLE;
        }

        /// @param limit bytes of one frame that are held at most
        FrameReader reader(InputStream in, int limit) {
            return switch (this) {
                case EVENTS, WHOLE -> new Events(new SseReader(in, limit));
                case LINES -> new JsonFrames(in, limit, false);
                case ARRAY -> new JsonFrames(in, limit, true);
                case AMAZON -> new AmazonFrames(in, limit);
            };
        }
    }

    /// Server-sent events.
    record Events(SseReader reader) implements FrameReader {
        @Override
        public @Nullable Frame next() throws IOException {
            var frame = reader.next();
            return frame == null ? null : Frame.of(frame);
        }

        @Override
        public byte[] rest() {
            return reader.rest();
        }
    }
}
