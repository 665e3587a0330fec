package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The linker's state at the head of segments.
class JournalCheckpointTest {
    @TempDir Path dir;

    @Test
    void eachSegmentBeginsWithTheLinkersState() throws IOException {
        var states = new AtomicInteger();
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.checkpointWith(
                    () -> new Checkpoint("{\"n\":" + states.incrementAndGet() + "}"));
            for (int i = 0; i < 10; i++) {
                JournalTest.write(journal, i * 30, 30);
                JournalTest.drain(cursor, 30);
            }
        }
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            var first = journal.stored().iterator().next();
            assertThat(first).isEqualTo(new Checkpoint("{\"n\":" + states.get() + "}"));
        }
        assertThat(states.get()).isGreaterThan(5);
    }

    /// A linker that remembers much must not fill the journal with what it remembers.
    @Test
    void aLargeCheckpointIsASmallPartOfWhatIsWritten() throws IOException {
        var states = new AtomicInteger();
        byte[] noise = new byte[12_000]; // what no compression makes small
        new java.util.Random(1).nextBytes(noise);
        String state = java.util.Base64.getEncoder().encodeToString(noise);
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            journal.cursor("sink", true);
            journal.checkpointWith(() -> {
                states.incrementAndGet();
                return new Checkpoint(state);
            });
            JournalTest.until(() -> states.get() == 1);
            JournalTest.write(journal, 0, 1_000);
            JournalTest.until(() -> journal.releases() == 1_000);
            assertThat((long) states.get() * state.length()).isLessThan(journal.bytesOnDisk() / 4);
            assertThat(states.get()).isGreaterThan(1);
        }
    }
}
