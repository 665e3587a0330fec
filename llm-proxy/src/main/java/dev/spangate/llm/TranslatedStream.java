package dev.spangate.llm;

import dev.spangate.proxy.SseReader;
import java.io.IOException;
import java.io.InputStream;

/// A stream in the client's dialect, made of the provider's frame by frame as it is read.
final class TranslatedStream extends InputStream {
    private static final int MOST_FRAME = 32 << 20;

    private final SseReader frames;
    private final AnswerReader reader;
    private final Emitter written;
    private byte[] ready = {};
    private int at;
    private boolean ended;

    TranslatedStream(InputStream in, AnswerReader reader, Emitter written) {
        this.frames = new SseReader(in, MOST_FRAME);
        this.reader = reader;
        this.written = written;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (at == ready.length) {
            if (ended) {
                return -1;
            }
            next();
        }
        int count = Math.min(length, ready.length - at);
        System.arraycopy(ready, at, target, offset, count);
        at += count;
        return count;
    }

    private void next() throws IOException {
        var frame = frames.next();
        if (frame == null) {
            ended = true;
            written.endOfStream();
        } else {
            reader.frame(Frame.of(frame));
        }
        ready = written.take();
        at = 0;
    }
}
