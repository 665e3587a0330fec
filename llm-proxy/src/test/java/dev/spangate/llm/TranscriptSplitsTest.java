package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream is read alike however its bytes arrive.
@Tag("llm")
class TranscriptSplitsTest {
    static List<Transcript> streams() {
        return Transcript.all().stream().filter(Transcript::streamed).toList();
    }

    @ParameterizedTest
    @MethodSource("streams")
    void splitAtEveryByteItIsTheSame(Transcript transcript) throws IOException {
        String expected = TranscriptsTest.read(transcript).text();
        byte[] bytes = transcript.response();
        for (int at = 1; at < bytes.length; at++) {
            InputStream split =
                    new SequenceInputStream(
                            new ByteArrayInputStream(bytes, 0, at),
                            new ByteArrayInputStream(bytes, at, bytes.length - at));
            assertThat(Snapshot.ofStream(transcript.dialect(), transcript.framing(), split).text())
                    .as("split at %d", at)
                    .isEqualTo(expected);
        }
    }
}
