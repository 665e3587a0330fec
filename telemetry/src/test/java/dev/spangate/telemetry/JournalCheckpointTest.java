package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
            for (int i = 0; i < 1_000 && states.get() <= 6; i++) {
                JournalTest.write(journal, i * 30, 30);
                JournalTest.drain(cursor, 30);
            }
        }
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            var first = (Checkpoint) journal.stored().iterator().next();
            int last = Json.read(first.json()).path("n").asInt();
            assertThat(last).isBetween(states.get() - 1, states.get()); // one may not be done
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
            var cursor = journal.cursor("sink", true);
            long before = journal.end();
            journal.checkpointWith(() -> {
                states.incrementAndGet();
                return new Checkpoint(state);
            });
            JournalTest.until(() -> journal.end() > before); // on disk: the next may be asked for
            JournalTest.write(journal, 0, 1_000);
            JournalTest.until(() -> journal.releases() == 1_000 && states.get() > 1);
            assertThat(JournalTest.drain(cursor, 1_000)).hasSize(1_000); // all are on the disk
            assertThat((long) states.get() * state.length()).isLessThan(journal.bytesOnDisk() / 4);
            assertThat(states.get()).isGreaterThan(1);
        }
    }

    /// Asking a linker that remembers much takes seconds: the disk gets records all the same (on
    /// record 50 ms after a span's end), and a resumed linker gets them behind the checkpoint.
    @Test
    void recordsReachTheDiskWhileACheckpointIsTaken() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        try (var journal = JournalTest.open(JournalTest.config(dir, 1 << 20, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            JournalTest.write(journal, 0, 10);
            JournalTest.until(() -> journal.releases() == 10);
            journal.checkpointWith(() -> {
                asked.countDown();
                await(answer);
                return new Checkpoint("{\"holds\":10}");
            });
            await(asked);

            JournalTest.write(journal, 10, 20);
            JournalTest.until(() -> journal.releases() == 30 && journal.bytesQueued() == 0);
            assertThat(JournalTest.drain(cursor, 30)).hasSize(30); // read from the disk

            long before = journal.end();
            answer.countDown();
            JournalTest.until(() -> journal.end() > before);
            JournalTest.write(journal, 30, 5);
            JournalTest.until(() -> journal.releases() == 35);
        }
        try (var journal = JournalTest.open(JournalTest.config(dir, 1 << 20, 1L << 30))) {
            var stored = new ArrayList<JournalRecord>();
            journal.stored().forEach(stored::add);
            assertThat(stored.getFirst()).isEqualTo(new Checkpoint("{\"holds\":10}"));
            assertThat(stored.subList(1, stored.size()))
                    .extracting(entry -> ((Release) entry).spanId())
                    .containsExactlyElementsOf(
                            IntStream.range(10, 35).mapToObj(Samples::span).toList());
        }
    }

    /// What counts beside the checkpoint stays as long as the checkpoint is the last.
    @Test
    void whatCountsBesideACheckpointIsNotRemovedThoughItWasSent() throws Exception {
        var asked = new CountDownLatch(1);
        var answer = new CountDownLatch(1);
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.checkpointWith(() -> {
                asked.countDown();
                await(answer);
                return new Checkpoint("{}");
            });
            await(asked);
            JournalTest.write(journal, 0, 10);
            JournalTest.until(() -> journal.releases() == 10);
            assertThat(JournalTest.drain(cursor, 10)).hasSize(10); // all are on the disk, and sent
            long before = journal.end();
            answer.countDown();
            JournalTest.until(() -> journal.end() > before); // the checkpoint alone can do that
        }
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            assertThat(journal.stored()).hasSize(11);
        }
    }

    @Test
    void aLinkerThatFailsLeavesTheJournalRunning() throws Exception {
        try (var journal = JournalTest.open(JournalTest.config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.checkpointWith(() -> {
                throw new IllegalStateException("no state today");
            });
            JournalTest.write(journal, 0, 200);

            assertThat(JournalTest.drain(cursor, 200)).hasSize(200);
            JournalTest.until(() -> journal.counts().failures() > 0);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
