package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.telemetry.Segments.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How old records are is no matter of a clock that somebody sets. A held draft at the beginning
/// stands for what was not sent yet; `max-age` is a week.
class RetentionTest {
    @TempDir Path dir;
    private final JournalCounts counts = new JournalCounts();
    private final Holds holds = new Holds();
    private Segments segments;
    private PositionFile lowWater;
    private Retention retention;

    @BeforeEach
    void open() throws IOException {
        segments = Segments.open(dir, Disk.real());
        lowWater = PositionFile.open(dir.resolve("low-water.position"));
        var config = JournalTest.config(dir, 8192, 1L << 30);
        retention =
                new Retention(
                        config.journal(),
                        segments,
                        holds,
                        new Sampler(config.sampling()),
                        counts,
                        lowWater,
                        () -> new SegmentReader(segments, _ -> {}));
    }

    @AfterEach
    void close() throws IOException {
        segments.close();
        lowWater.close();
    }

    /// Four segments, the last one current, the first one needed.
    private void write() throws IOException {
        for (int i = 0; i < 4; i++) {
            segments.roll();
            segments.append(ByteBuffer.allocate(100));
            retention.sweep(List.of());
            if (i == 0) {
                holds.written(Place.of(Samples.span(1)), 0);
            }
        }
    }

    private void allFilesAreFrom(Instant time) throws IOException {
        for (var file : files()) {
            Files.setLastModifiedTime(file, FileTime.from(time));
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.list(dir)) {
            return all.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
        }
    }

    /// As on a machine without a clock of its own, once it has found the time.
    @Test
    void aClockThatJumpsAheadDropsNothingUnsent() throws IOException {
        write();
        allFilesAreFrom(Instant.now().minus(Duration.ofDays(30)));

        retention.sweep(List.of());

        assertThat(files()).hasSize(4);
        assertThat(counts.capDrops()).isZero();
    }

    @Test
    void aClockThatJumpsBackIsNoReasonToKeepOrToDrop() throws IOException {
        write();
        allFilesAreFrom(Instant.now().plus(Duration.ofDays(400)));
        retention.sweep(List.of());
        assertThat(files()).hasSize(4);

        holds.withdrawn(Place.number(Samples.span(1)));
        retention.sweep(List.of());

        assertThat(files()).hasSize(1);
        assertThat(counts.capDrops()).isZero();
    }

    @Test
    void whatAnEarlierProcessLeftIsAsOldAsItsFilesSay() throws IOException {
        write();
        close();
        allFilesAreFrom(Instant.now().minus(Duration.ofDays(30)));
        open();
        segments.append(ByteBuffer.allocate(100));

        retention.sweep(List.of());

        assertThat(files()).hasSize(1);
        assertThat(counts.capDrops()).isEqualTo(1);
    }

    @Test
    void whatAnEarlierProcessLeftLatelyIsKept() throws IOException {
        write();
        close();
        allFilesAreFrom(Instant.now().minus(Duration.ofDays(6)));
        open();
        segments.append(ByteBuffer.allocate(100));

        retention.sweep(List.of());

        assertThat(files()).hasSize(5);
        assertThat(counts.capDrops()).isZero();
    }
}
