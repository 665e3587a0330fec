package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.telemetry.Segments.Disk;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long a record may wait for others before it is written.
class JournalBatchTest {
    @TempDir Path dir;

    /// A span is on disk soon after its end, however many records come behind it.
    @Test
    void aQueueThatNeverRunsDryHoldsNothingBack() {
        var go = new CountDownLatch(1);
        var prepared = new AtomicInteger();
        var preparedAtFirstWrite = new AtomicInteger(-1);
        var slow =
                new Journal.Intake() {
                    @Override
                    public JournalRecord prepare(JournalRecord entry) {
                        awaitQuietly(go);
                        LockSupport.parkNanos(1_000_000);
                        prepared.incrementAndGet();
                        return entry;
                    }

                    @Override
                    public void observe(JournalRecord entry) {}
                };
        Disk watched =
                (file, bytes, at) -> {
                    if (prepared.get() > 0) {
                        preparedAtFirstWrite.compareAndSet(-1, prepared.get());
                    }
                    return file.write(bytes, at);
                };
        try (var journal =
                Journal.open(JournalTest.config(dir, 1 << 20, 1L << 30), slow, watched)) {
            JournalTest.write(journal, 0, 300); // all of them before the first one is worked on
            go.countDown();
            JournalTest.until(() -> preparedAtFirstWrite.get() > 0);
        }
        assertThat(preparedAtFirstWrite.get()).isLessThan(300);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
