package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.telemetry.TelemetryConfig.JournalSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    static final Journal.Intake AS_IS =
            new Journal.Intake() {
                @Override
                public JournalRecord prepare(JournalRecord entry) {
                    return entry;
                }

                @Override
                public void observe(JournalRecord entry) {}
            };

    @TempDir Path dir;

    @Test
    void filesBelongToTheirOwnerAlone() throws IOException {
        var folder = dir.resolve("deep").resolve("journal");
        try (var journal = open(config(folder, 1 << 20, 1L << 30))) {
            journal.cursor("sink", true);
            write(journal, 1, 5);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (var files = Files.list(folder)) {
            assertThat(files.toList())
                    .hasSizeGreaterThanOrEqualTo(3)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void aSecondProcessIsToldWhoHasTheFolder() {
        try (var _ = open(config(dir, 1 << 20, 1L << 30))) {
            assertThatThrownBy(() -> open(config(dir, 1 << 20, 1L << 30)))
                    .isInstanceOf(TelemetryException.class)
                    .hasMessageContaining("telemetry.journal.dir")
                    .hasMessageContaining("in use by another process")
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() throws IOException {
        var file = Files.createFile(dir.resolve("file"));
        assertThatThrownBy(() -> open(config(file.resolve("journal"), 1 << 20, 1L << 30)))
                .isInstanceOf(TelemetryException.class)
                .hasMessageContaining("telemetry.journal.dir");
    }

    @Test
    void everySpanIsReadOnceInOrderOverManySegmentsAndThePassedOnesGo() throws IOException {
        try (var journal = open(config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            write(journal, 0, 400);
            var seen = new ArrayList<String>();
            while (seen.size() < 400) {
                var batch = cursor.next(37, 1 << 20, 5_000);
                batch.spans().forEach(placed -> seen.add(placed.release().spanId()));
                cursor.commit(batch.end(), batch.releases());
            }
            assertThat(seen).doesNotHaveDuplicates().startsWith(Samples.span(0)).hasSize(400);
            assertThat(cursor.depth()).isZero();
            until(() -> segments() <= 2);
        }
    }

    @Test
    void aHeldDraftKeepsItsSegmentUntilItsReleaseWasSent() throws IOException {
        try (var journal = open(config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.write(Samples.tool(7777, "kept over many segments"));
            write(journal, 0, 300);
            drain(cursor, 300);
            assertThat(journal.heldDrafts()).isEqualTo(1);
            journal.write(Samples.linked(Samples.span(7777), null, Samples.span(1), null));
            var last = drain(cursor, 1).getLast();
            assertThat(last.draft().output()).isEqualTo("kept over many segments");
            until(() -> segments() <= 2);
        }
    }

    @Test
    void aWithdrawnDraftHoldsNothing() throws IOException {
        try (var journal = open(config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.write(Samples.tool(7777, "no span after all"));
            journal.write(new Withdrawn(Samples.span(7777)));
            write(journal, 0, 300);
            drain(cursor, 300);
            assertThat(journal.heldDrafts()).isZero();
            until(() -> segments() <= 2);
        }
    }

    @Test
    void theContentOfATopSpanIsReadBackFromTheFirstAndTheLatestInference() throws IOException {
        var top = Samples.span(99);
        try (var journal = open(config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.write(Samples.release(Samples.span(1), top, Samples.generation(1), top));
            write(journal, 1000, 200);
            journal.write(Samples.release(Samples.span(2), top, Samples.generation(2), top));
            journal.write(Samples.release(Samples.span(3), top, Samples.generation(3), top));
            drain(cursor, 203);
        }
        try (var journal = open(config(dir, 8192, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            journal.write(Samples.release(Samples.top(99, 1, 3)));
            var placed = drain(cursor, 1).getFirst();
            assertThat(placed.draft().input())
                    .isEqualTo("[{\"role\":\"user\",\"content\":\"Weather in Paris?\"}]");
            assertThat(placed.draft().output()).isEqualTo(Samples.OUTPUT);
        }
    }

    @Test
    void damageIsSteppedOverAndCounted() throws IOException {
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            journal.cursor("sink", true);
            write(journal, 0, 100);
        }
        var file = onlySegment();
        long size = Files.size(file);
        for (long at : List.of(size / 4, size / 2)) {
            overwrite(file, at, "garbage in the middle of a record, long enough to hit a header");
        }
        Files.write(file, new byte[] {'S', 'p', 'g', 1, 0, 0, 0}, StandardOpenOption.APPEND);
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            write(journal, 200, 10);
            var seen = new ArrayList<String>();
            until(() -> take(cursor, seen) && seen.contains(Samples.span(209)));
            assertThat(seen).hasSizeBetween(104, 108).doesNotHaveDuplicates();
            assertThat(journal.counts().damaged()).isBetween(2, 3);
        }
    }

    @Test
    void aLostCursorRepeatsRatherThanLoses() throws IOException {
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            var cursor = journal.cursor("sink", true);
            write(journal, 0, 10);
            var batch = cursor.next(5, 1 << 20, 5_000);
            cursor.commit(batch.end(), batch.releases());
        }
        overwrite(dir.resolve("cursor-sink.position"), 0, "rubbish");
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            assertThat(drain(journal.cursor("sink", true), 10)).hasSize(10);
        }
    }

    @Test
    void aFullDiskIsSurvivedWithBoundedMemoryAndCountedDrops() throws IOException {
        var full = new AtomicBoolean();
        Disk disk = failing(full);
        var config = config(dir, 1 << 20, 1L << 30, "{\"caps\":{\"queue-bytes\":100000}}");
        try (var journal = Journal.open(config, AS_IS, disk)) {
            var cursor = journal.cursor("sink", true);
            write(journal, 0, 10);
            drain(cursor, 10);
            full.set(true);
            write(journal, 10, 500);
            until(() -> journal.counts().diskError() != null);
            assertThat(journal.bytesQueued()).isLessThanOrEqualTo(100_000);
            long dropped = journal.counts().queueDrops();
            assertThat(dropped).isPositive();
            full.set(false);
            assertThat(drain(cursor, (int) (500 - dropped))).hasSize((int) (500 - dropped));
            write(journal, 600, 10);
            assertThat(drain(cursor, 10)).hasSize(10);
            assertThat(journal.counts().diskError()).isNull();
        }
    }

    @Test
    void aShortWriteThatFailsIsWrittenAgainAtTheSamePlace() throws IOException {
        var attempts = new AtomicInteger();
        Disk disk =
                (file, bytes, at) -> {
                    if (attempts.incrementAndGet() % 3 == 0) {
                        int half = bytes.remaining() / 2;
                        write(file, bytes, half, at);
                        throw new IOException("No space left on device");
                    }
                    return file.write(bytes, at);
                };
        try (var journal = Journal.open(config(dir, 8192, 1L << 30), AS_IS, disk)) {
            var cursor = journal.cursor("sink", true);
            for (int i = 0; i < 10; i++) {
                write(journal, i * 20, 20);
                assertThat(drain(cursor, 20)).hasSize(20);
            }
            assertThat(journal.counts().damaged()).isZero();
        }
    }

    @Test
    void theOldestSpansGoWhenTheJournalIsFullAndAreCounted() throws IOException {
        try (var journal = open(config(dir, 8192, 32_768))) {
            var cursor = journal.cursor("sink", true);
            write(journal, 0, 300);
            until(() -> journal.bytesOnDisk() <= 32_768 && journal.counts().capDrops() > 0);
            long dropped = journal.counts().capDrops();
            var left = drain(cursor, (int) (300 - dropped));
            assertThat(left).hasSize((int) (300 - dropped));
            assertThat(left.getLast().release().spanId()).isEqualTo(Samples.span(299));
            assertThat(cursor.depth()).isZero();
        }
    }

    @Test
    void recordsStayAsLongAsKeepSays() throws IOException {
        var config = config(dir, 8192, 1L << 30, "{}", Duration.ofHours(1));
        try (var journal = open(config)) {
            var cursor = journal.cursor("sink", true);
            write(journal, 0, 300);
            drain(cursor, 300);
            long size = journal.bytesOnDisk();
            write(journal, 300, 1);
            drain(cursor, 1);
            assertThat(journal.bytesOnDisk()).isGreaterThan(size);
            assertThat(segments()).isGreaterThan(5);
        }
    }

    @Test
    void statesAndReleasesShareOneOrder() throws IOException {
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            journal.write(new State("run-opened", "r", "{}"));
            journal.write(Samples.release(Samples.tool(1, "x")));
            journal.write(new State("run-ended", "r", "{}"));
        }
        try (var journal = open(config(dir, 1 << 20, 1L << 30))) {
            var kinds = new ArrayList<String>();
            journal.stored().forEach(entry -> kinds.add(entry.getClass().getSimpleName()));
            assertThat(kinds).containsExactly("State", "Release", "State");
        }
    }

    static Journal open(TelemetryConfig config) {
        return Journal.open(config, AS_IS, Disk.real());
    }

    static TelemetryConfig config(Path dir, int segment, long max) {
        return config(dir, segment, max, "{}");
    }

    static TelemetryConfig config(Path dir, int segment, long max, String json) {
        return config(dir, segment, max, json, Duration.ZERO);
    }

    private static TelemetryConfig config(
            Path dir, int segment, long max, String json, Duration keep) {
        var config = Samples.config(dir, json);
        return config.with(
                new JournalSettings(
                        dir,
                        TelemetryConfig.Fsync.NEVER,
                        max,
                        Duration.ofDays(7),
                        segment,
                        keep,
                        Duration.ofSeconds(5)));
    }

    static void write(Journal journal, int from, int count) {
        for (int i = from; i < from + count; i++) {
            journal.write(Samples.release(Samples.tool(i, "result " + i)));
        }
    }

    static List<Placed> drain(JournalCursor cursor, int count) throws IOException {
        var spans = new ArrayList<Placed>();
        long end = System.nanoTime() + 20_000_000_000L;
        while (spans.size() < count && System.nanoTime() < end) {
            var batch = cursor.next(100, 1 << 20, 200);
            spans.addAll(batch.spans());
            cursor.commit(batch.end(), batch.releases());
        }
        return spans;
    }

    private static boolean take(JournalCursor cursor, List<String> seen) {
        try {
            var batch = cursor.next(100, 1 << 20, 200);
            batch.spans().forEach(placed -> seen.add(placed.release().spanId()));
            cursor.commit(batch.end(), batch.releases());
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long segments() {
        try (var files = Files.list(dir)) {
            return files.filter(file -> file.toString().endsWith(".journal")).count();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path onlySegment() throws IOException {
        try (var files = Files.list(dir)) {
            return files.filter(file -> file.toString().endsWith(".journal")).toList().getFirst();
        }
    }

    private static Disk failing(AtomicBoolean full) {
        return (file, bytes, at) -> {
            if (full.get()) {
                throw new IOException("No space left on device");
            }
            return file.write(bytes, at);
        };
    }

    private static void write(FileChannel file, ByteBuffer bytes, int length, long at)
            throws IOException {
        var part = bytes.duplicate();
        part.limit(part.position() + length);
        file.write(part, at);
    }

    private static void overwrite(Path file, long at, String text) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), at);
        }
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
