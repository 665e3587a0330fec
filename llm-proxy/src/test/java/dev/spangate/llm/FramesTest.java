package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.llm.FrameReader.Framing;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
    private static final int LIMIT = 1 << 20;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream | d | EVENTS",
                "text/event-stream | { | WHOLE",
                "application/json | { | WHOLE",
                "application/json | d | EVENTS",
                "text/plain | : | EVENTS",
                "text/html | < | WHOLE",
                "application/x-ndjson | { | LINES",
                "application/vnd.amazon.eventstream | x | AMAZON",
            })
    void framingIsFoundByTheFirstByteAndTheContentType(String type, char first, Framing framing) {
        assertThat(Framing.of(type, first)).isEqualTo(framing);
    }

    @Test
    void linesAndElementsAreTheSameWhereverTheyAreSplit() throws IOException {
        String lines = "{\"a\":\"}\\\"{\\n\"}\n\n{\"b\":[1,{\"c\":2}]}\r\n{\"d\":3}";
        String array = "[{\"a\":\"]\"}\n,\r\n{\"b\":[1,{\"c\":2}]},{\"d\":3}]\n";
        var expected = List.of("{\"b\":[1,{\"c\":2}]}", "{\"d\":3}");
        for (var framing : List.of(Framing.LINES, Framing.ARRAY)) {
            byte[] bytes = (framing == Framing.LINES ? lines : array).getBytes(UTF_8);
            for (int at = 0; at <= bytes.length; at++) {
                var frames = read(framing, split(bytes, at), LIMIT);
                assertThat(raw(frames)).isEqualTo(bytes);
                assertThat(frames).allMatch(Frame::whole);
                var data = frames.stream().map(f -> new String(f.data(), UTF_8).strip()).toList();
                assertThat(data.stream().filter(text -> !text.isEmpty()).skip(1))
                        .as("%s split at %d", framing, at)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aLineIsHandedOutWithItsLineFeedBeforeTheNextByteIsRead() throws IOException {
        var frames =
                Framing.LINES.reader(
                        new SequenceInputStream(
                                new ByteArrayInputStream("{\"a\":1}\n".getBytes(UTF_8)), broken()),
                        LIMIT);
        assertThat(new String(frames.next().raw(), UTF_8)).isEqualTo("{\"a\":1}\n");
    }

    @Test
    void aValueTooLargeToHoldComesInPiecesAndTheNextIsReadAgain() throws IOException {
        byte[] bytes = ("{\"a\":\"" + "x".repeat(5000) + "\"}\n{\"b\":1}\n").getBytes(UTF_8);
        var frames = read(Framing.LINES, new ByteArrayInputStream(bytes), 1000);
        assertThat(raw(frames)).isEqualTo(bytes);
        assertThat(frames.subList(0, frames.size() - 1)).noneMatch(Frame::whole);
        assertThat(new String(frames.getLast().data(), UTF_8).strip()).isEqualTo("{\"b\":1}");
    }

    @Test
    void aValueThatIsCutOffIsNotWhole() throws IOException {
        for (var framing : List.of(Framing.LINES, Framing.ARRAY)) {
            String text = framing == Framing.LINES ? "{\"a\":[" : "[{\"a\":[";
            var frames = read(framing, new ByteArrayInputStream(text.getBytes(UTF_8)), LIMIT);
            assertThat(frames).hasSize(1).noneMatch(Frame::whole);
            assertThat(raw(frames)).isEqualTo(text.getBytes(UTF_8));
        }
    }

    @Test
    void amazonMessagesAreCutByTheirLength() throws IOException {
        byte[] first = message(":event-type", "messageStart", "{\"role\":\"assistant\"}");
        byte[] second = message(":exception-type", "throttlingException", "{\"message\":\"m\"}");
        byte[] bytes = joined(first, second);
        for (int at = 0; at <= bytes.length; at++) {
            var frames = read(Framing.AMAZON, split(bytes, at), LIMIT);
            assertThat(frames)
                    .extracting(Frame::event)
                    .containsExactly("messageStart", "!throttlingException");
            assertThat(new String(frames.getFirst().data(), UTF_8))
                    .isEqualTo("{\"role\":\"assistant\"}");
            assertThat(raw(frames)).isEqualTo(bytes);
        }
    }

    @Test
    void amazonMessagesThatLieAboutTheirLengthAreRelayedUnread() throws IOException {
        for (int total : new int[] {0, 15, -1, Integer.MAX_VALUE}) {
            byte[] bytes = message(":event-type", "x", "{}");
            ByteBuffer.wrap(bytes).putInt(total);
            var frames = read(Framing.AMAZON, new ByteArrayInputStream(bytes), LIMIT);
            assertThat(raw(frames)).isEqualTo(bytes);
            assertThat(frames).noneMatch(Frame::whole);
        }
    }

    @Test
    void afterAFaultWithinAMessageTheBytesAreStillThere() {
        byte[] bytes = message(":event-type", "x", "{\"a\":1}");
        var frames =
                Framing.AMAZON.reader(
                        new SequenceInputStream(
                                new ByteArrayInputStream(bytes, 0, bytes.length - 3), broken()),
                        LIMIT);
        try {
            frames.next();
        } catch (IOException expected) {
            assertThat(frames.rest()).hasSize(bytes.length - 3);
            return;
        }
        throw new AssertionError("no fault");
    }

    private static byte[] message(String header, String value, String payload) {
        byte[] name = header.getBytes(UTF_8);
        byte[] text = value.getBytes(UTF_8);
        byte[] body = payload.getBytes(UTF_8);
        int headers = 1 + name.length + 1 + 2 + text.length;
        var out = ByteBuffer.allocate(12 + headers + body.length + 4);
        out.putInt(out.capacity()).putInt(headers).putInt(0);
        out.put((byte) name.length).put(name).put((byte) 7).putShort((short) text.length).put(text);
        return out.put(body).array();
    }

    private static byte[] joined(byte[] a, byte[] b) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(a);
        out.writeBytes(b);
        return out.toByteArray();
    }

    private static InputStream split(byte[] bytes, int at) {
        return new SequenceInputStream(
                new ByteArrayInputStream(bytes, 0, at),
                new ByteArrayInputStream(bytes, at, bytes.length - at));
    }

    private static List<Frame> read(Framing framing, InputStream in, int limit) throws IOException {
        var reader = framing.reader(in, limit);
        var frames = new ArrayList<Frame>();
        for (var frame = reader.next(); frame != null; frame = reader.next()) {
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] raw(List<Frame> frames) {
        var all = new ByteArrayOutputStream();
        frames.forEach(frame -> all.writeBytes(frame.raw()));
        return all.toByteArray();
    }

    private static InputStream broken() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }
        };
    }
}
