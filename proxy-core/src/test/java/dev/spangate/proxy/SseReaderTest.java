package dev.spangate.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {
    private static final int LIMIT = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void framesAreTheSameWhereverTheStreamIsSplit(String newline) throws IOException {
        byte[] stream =
                ("\uFEFF: hello\n\nevent: a\ndata: one\n\ndata: 1\ndata:  2\ndata\nid: 7\n\n\n:ping\n\nretry: 5\n\n"
                                + "data: ünï\n\ndata: [DONE]\n\n")
                        .replace("\n", newline)
                        .getBytes(UTF_8);
        var expected = fields(read(new ByteArrayInputStream(stream)));
        assertThat(expected)
                .contains("a|one|", "|1\n 2\n|7", "|ünï|", "|[DONE]|")
                .filteredOn(text -> !text.equals("||"))
                .hasSize(4);
        for (int split = 1; split < stream.length; split++) {
            var frames = read(split(stream, split));
            assertThat(raw(frames)).isEqualTo(stream);
            assertThat(fields(frames)).isEqualTo(expected);
        }
    }

    @Test
    void oneByteAtATimeIsTheSame() throws IOException {
        byte[] stream = "data: a\r\n\r\nevent: x\r\ndata: b\r\n\r\n".getBytes(UTF_8);
        InputStream slow =
                new ByteArrayInputStream(stream) {
                    @Override
                    public synchronized int read(byte[] b, int off, int len) {
                        return super.read(b, off, Math.min(len, 1));
                    }
                };
        var frames = read(slow);
        assertThat(raw(frames)).isEqualTo(stream);
        assertThat(fields(frames)).containsExactly("|a|", "x|b|");
    }

    @Test
    void aFrameIsHandedOutBeforeTheNextByteIsRead() throws IOException {
        var reader =
                new SseReader(
                        new SequenceInputStream(
                                new ByteArrayInputStream("data: a\n\n".getBytes(UTF_8)),
                                new FailingStream()),
                        LIMIT);
        var frame = reader.next();
        assertThat(frame.data()).isEqualTo("a".getBytes(UTF_8));
        assertThat(reader.ready()).isFalse();
    }

    @Test
    void readySaysWhetherAnotherFrameIsHere() throws IOException {
        var reader = new SseReader(input("data: a\n\ndata: b\n\ndata: c"), LIMIT);
        assertThat(reader.ready()).isFalse();
        reader.next();
        assertThat(reader.ready()).isTrue();
        reader.next();
        assertThat(reader.ready()).isFalse();
    }

    @Test
    void whatTheStreamEndsWithIsALastFrame() throws IOException {
        var frames = read(input("data: a\n\ndata: b"));
        assertThat(fields(frames)).containsExactly("|a|", "|b|");
        assertThat(frames).allMatch(SseFrame::whole);
    }

    @Test
    void anEventOfOneMegabyteIsOneFrame() throws IOException {
        String big = "x".repeat(1_000_000);
        var frames = read(input("data: " + big + "\n\ndata: y\n\n"));
        assertThat(fields(frames)).containsExactly("|" + big + "|", "|y|");
    }

    @Test
    void anEventBeyondTheLimitIsRelayedInPiecesAndTheNextOneIsReadAgain() throws IOException {
        String stream = "data: " + "x".repeat(100_000) + "\n\ndata: y\n\n";
        for (int limit = 1000; limit < 1005; limit++) {
            var reader = new SseReader(input(stream), limit);
            var frames = new ArrayList<SseFrame>();
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
            assertThat(raw(frames)).isEqualTo(stream.getBytes(UTF_8));
            assertThat(frames.getLast().whole()).isTrue();
            assertThat(frames.getLast().data()).isEqualTo("y".getBytes(UTF_8));
            assertThat(frames.subList(0, frames.size() - 1)).noneMatch(SseFrame::whole);
        }
    }

    @Test
    void tornExactlyBetweenItsTwoLastNewlinesAnEventStillEnds() throws IOException {
        String stream = "data: xxxx\n\ndata: y\n\n";
        for (int limit = 2; limit < 16; limit++) {
            var reader = new SseReader(oneByOne(stream), limit);
            var frames = new ArrayList<SseFrame>();
            for (var frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame);
            }
            assertThat(raw(frames)).isEqualTo(stream.getBytes(UTF_8));
        }
    }

    @Test
    void afterAFaultTheRestIsStillThere() throws IOException {
        var reader =
                new SseReader(
                        new SequenceInputStream(input("data: a\n\ndata: ha"), new FailingStream()),
                        LIMIT);
        reader.next();
        try {
            reader.next();
        } catch (IOException expected) {
            assertThat(expected).hasMessage("broken");
        }
        assertThat(reader.rest()).isEqualTo("data: ha".getBytes(UTF_8));
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static InputStream oneByOne(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, 1));
            }
        };
    }

    private static InputStream split(byte[] stream, int at) {
        return new SequenceInputStream(
                new ByteArrayInputStream(stream, 0, at),
                new ByteArrayInputStream(stream, at, stream.length - at));
    }

    private static List<SseFrame> read(InputStream in) throws IOException {
        var reader = new SseReader(in, LIMIT);
        var frames = new ArrayList<SseFrame>();
        for (var frame = reader.next(); frame != null; frame = reader.next()) {
            frames.add(frame);
        }
        return frames;
    }

    /// Frames that hold nothing (comments, stray blank lines) aside: where they fall may differ.
    private static List<String> fields(List<SseFrame> frames) {
        return frames.stream()
                .map(f -> f.event() + "|" + new String(f.data(), UTF_8) + "|" + f.id())
                .filter(text -> !text.equals("||"))
                .toList();
    }

    private static byte[] raw(List<SseFrame> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.raw()));
        return all.toByteArray();
    }

    private static final class FailingStream extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("broken");
        }
    }
}
