package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoundedLinesTest {
    @Test
    void linesEndWithALineFeedOrTheStream() throws IOException {
        var lines = lines("one\ntwo\r\n\nlast", 100);

        assertThat(text(lines)).isEqualTo("one");
        assertThat(text(lines)).isEqualTo("two");
        assertThat(text(lines)).isEmpty();
        assertThat(text(lines)).isEqualTo("last");
        assertThat(lines.next()).isNull();
    }

    @Test
    void aLineOfExactlyTheLimitIsWhole() throws IOException {
        var line = lines("x".repeat(1_000) + "\n", 1_000).next();

        assertThat(line.cut()).isFalse();
        assertThat(line.bytes()).hasSize(1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_001, 16_384, 50_000, 3_000_000})
    void ofALongerLineTheEndsAreKeptAndTheNextIsWhole(int length) throws IOException {
        var body = "HEAD" + "x".repeat(length - 8) + "TAIL";
        var lines = lines(body + "\nnext\n", 1_000);

        var cut = lines.next();

        assertThat(cut.cut()).isTrue();
        assertThat(cut.bytes().length).isLessThanOrEqualTo(512);
        assertThat(new String(cut.bytes(), StandardCharsets.UTF_8)).endsWith("TAIL");
        assertThat(text(lines)).isEqualTo("next");
    }

    @Test
    void theHeadOfALongLineThatCameInPiecesIsKept() throws IOException {
        var line = lines("HEAD" + "x".repeat(100_000) + "TAIL", 20_000).next();

        assertThat(new String(line.bytes(), StandardCharsets.UTF_8))
                .startsWith("HEAD")
                .endsWith("TAIL");
    }

    private static BoundedLines lines(String text, int max) {
        return new BoundedLines(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), max);
    }

    private static String text(BoundedLines lines) throws IOException {
        return new String(lines.next().bytes(), StandardCharsets.UTF_8);
    }
}
