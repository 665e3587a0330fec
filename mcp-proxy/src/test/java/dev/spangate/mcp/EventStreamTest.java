package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
    private static final UpstreamLimits LIMITS = limits(1_000);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "data: a\\n\\n                         | message:a",
                "data:a\\n\\n                          | message:a",
                "data:  a\\n\\n                        | message: a",
                "data: a\\ndata: b\\n\\n               | message:a+b",
                "event: ping\\ndata: {}\\n\\n          | ping:{}",
                "data: a\\n\\ndata: b\\n\\n            | message:a message:b",
                ": comment\\ndata: a\\n\\n             | message:a",
                "\\n\\n\\ndata: a\\n\\n                | message:a",
                "unknown: x\\ndata: a\\n\\n            | message:a",
                "data: a\\nevent: late\\n\\n           | late:a",
                "data: a: b\\n\\n                      | message:a: b",
                "data: half\\n                         | ''",
                "data: whole\\n\\ndata: ha             | message:whole",
                "event: nothing\\n\\n                  | ''",
                "data: ä€😀\\n\\n                      | message:ä€😀",
            })
    void eventsAreReadWhateverEndsTheirLines(String stream, String expected) throws IOException {
        for (var end : List.of("\n", "\r\n", "\r")) {
            assertThat(read(stream.replace("\\n", end), Integer.MAX_VALUE))
                    .as(end)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7})
    void anyCutOfTheBytesGivesTheSameEvents(int piece) throws IOException {
        var stream =
                "id: 1\r\nevent: x\r\ndata: ä€\r\ndata: b\r\n\r\n: c\r\n\r\ndata: last\r\n\r\n";

        assertThat(read(stream, piece)).isEqualTo("x:ä€+b message:last");
    }

    @Test
    void theLastIdStaysInForceAndRetryIsKept() throws IOException {
        var stream =
                stream(
                        "id: one\nretry: 250\ndata: a\n\ndata: b\n\nid: two\nretry: soon\ndata:\n\n",
                        100);

        assertThat(stream.next().id()).isEqualTo("one");
        assertThat(stream.retryMillis()).isEqualTo(250);
        assertThat(stream.next().id()).isEqualTo("one");
        var primer = stream.next();
        assertThat(primer.id()).isEqualTo("two");
        assertThat(primer.isMessage()).isFalse();
        assertThat(stream.next()).isNull();
        assertThat(stream.lastId()).isEqualTo("two");
        assertThat(stream.retryMillis()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: %s\n\n", "data: a\ndata: %s\n\n", ":%s\n\n", "%s"})
    void anEventOverTheLimitIsRefusedBeforeItIsWhole(String form) {
        var stream = stream(form.formatted("x".repeat(2_000)), 100);

        assertThatThrownBy(stream::next)
                .isInstanceOfSatisfying(
                        TransportFailure.class,
                        failure ->
                                assertThat(failure.kind())
                                        .isEqualTo(McpUpstreamException.Kind.TOO_LARGE));
    }

    @Test
    void manyShortLinesCountTogether() {
        assertThatThrownBy(() -> stream("data: 0123456789\n".repeat(200) + "\n", 100).next())
                .isInstanceOf(TransportFailure.class);
    }

    @Test
    void everyReadThatBringsBytesIsTold() throws IOException {
        var reads = new AtomicInteger();
        var stream =
                new EventStream(
                        new Pieces(": c\n: c\ndata: a\n\n", 4), LIMITS, reads::incrementAndGet);

        assertThat(stream.next().text()).isEqualTo("a");
        assertThat(reads.get()).isEqualTo(5);
    }

    static UpstreamLimits limits(int maxBytes) {
        return new UpstreamLimits(
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                maxBytes);
    }

    private static String read(String text, int piece) throws IOException {
        var stream = stream(text, piece);
        var events = new ArrayList<String>();
        for (EventStream.Event event; (event = stream.next()) != null; ) {
            events.add(event.name() + ":" + event.text().replace('\n', '+'));
        }
        return String.join(" ", events);
    }

    private static EventStream stream(String text, int piece) {
        return new EventStream(new Pieces(text, piece), LIMITS, () -> {});
    }

    /// Gives at most so many bytes per read.
    private static final class Pieces extends InputStream {
        private final InputStream bytes;
        private final int piece;

        Pieces(String text, int piece) {
            this.bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            this.piece = piece;
        }

        @Override
        public int read() throws IOException {
            return bytes.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return bytes.read(target, offset, Math.min(length, piece));
        }
    }
}
