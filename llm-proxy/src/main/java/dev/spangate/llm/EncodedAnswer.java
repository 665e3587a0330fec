package dev.spangate.llm;

import dev.spangate.proxy.SseReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// Reads a compressed answer beside its relay, as far as it can be decoded.
final class EncodedAnswer implements AutoCloseable {
    private final @Nullable ContentDecoder decoder;
    private final Consumer<Frame> frames;
    private final Consumer<byte[]> bodies;
    private final SseReader reader;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean broken;

    EncodedAnswer(String encoding, Consumer<Frame> frames, Consumer<byte[]> bodies, int limit) {
        this.decoder = ContentDecoder.of(encoding, limit).orElse(null);
        this.frames = frames;
        this.bodies = bodies;
        this.reader = SseReader.ofPieces(limit);
    }

    /// Reads what a piece adds; false when it cannot be read.
    boolean offer(byte[] piece, boolean events) {
        if (decoder == null || broken) {
            return false;
        }
        try {
            byte[] plain = decoder.decode(piece, piece.length);
            if (events) {
                reader.offer(plain, plain.length);
                drain();
            } else {
                body.writeBytes(plain);
            }
            return true;
        } catch (DataFormatException e) {
            broken = true;
            return false;
        }
    }

    /// Nothing more comes.
    void finish(boolean events) {
        if (decoder == null || broken) {
            return;
        }
        if (events) {
            reader.finish();
            while (next()) {
                // The last frame may lack its blank line.
            }
        } else {
            bodies.accept(body.toByteArray());
        }
    }

    private void drain() {
        while (reader.ready()) {
            next();
        }
    }

    private boolean next() {
        try {
            var frame = reader.next();
            if (frame != null) {
                frames.accept(Frame.of(frame));
            }
            return frame != null;
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }
}
