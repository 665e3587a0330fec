package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.testing.SinkFault;
import dev.spangate.testing.SuiteNotes;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Processes killed in the middle of their work, and a journal damaged behind their back.
@Tag("loss")
class LossKillTest extends LossSuite {
    private static final int BATCH = 512;

    @Test
    void killedAtRandomPoints() throws Exception {
        kills("kill -9, backend up", SuiteNotes.full() ? 20 : 3, null);
    }

    @Test
    void killedWhileTheBackendIsDown() throws Exception {
        kills("kill -9, backend answers 503", SuiteNotes.full() ? 8 : 2, SinkFault.status(503));
    }

    @Test
    void killedWhileTheBackendStoresAndDropsTheConnection() throws Exception {
        kills(
                "kill -9, backend drops connections",
                SuiteNotes.full() ? 8 : 2,
                new SinkFault.StoreThenDrop());
    }

    @Test
    void aJournalThatWasDamagedByHand() throws IOException {
        sink.fail(SinkFault.status(503));
        var recorded = new HashSet<String>();
        try (var telemetry = start(dir, "5s")) {
            recorded.addAll(record(telemetry, 0, 3_000));
            until(() -> telemetry.status().bytesQueued() == 0);
        }
        var destroyed = damage(new Random(11), 25);
        sink.fail(null);
        long damaged;
        try (var telemetry = start(dir, "5s")) {
            recorded.addAll(record(telemetry, 100_000, 500));
            recorded.removeAll(destroyed);
            awaitAll(recorded);
            damaged = telemetry.status().damaged();
        }
        assertThat(damaged).isBetween(1L, 25L);
        settle(
                "journal damaged by hand in 25 places",
                recorded,
                Set.of(),
                destroyed.size() + " spans overwritten, " + damaged + " stretches counted");
    }

    /// Kills a child in the middle of its work, again and again, then lets one finish.
    private void kills(String name, int kills, SinkFault fault) throws Exception {
        var random = new Random(42);
        var ledgers = new ArrayList<Path>();
        var killedAt = new ArrayList<Long>();
        sink.fail(fault);
        for (int kill = 0; kill < kills; kill++) {
            var ledger = dir.resolve("ledger-" + kill);
            var child = child(ledger, kill * 1_000_000);
            long lines = 50L + random.nextInt(1_000);
            until(() -> Files.exists(ledger) && Files.size(ledger) > lines * 31);
            LockSupport.parkNanos(random.nextInt(30_000_000));
            killedAt.add(System.currentTimeMillis());
            child.destroyForcibly().waitFor();
            ledgers.add(ledger);
        }
        sink.fail(null);
        var onDisk = onDisk(dir.resolve("journal"));
        var arrived = arrived(sink);
        var recorded = new HashSet<String>();
        long late = 0;
        for (int i = 0; i < kills; i++) {
            for (var entry : Ledger.read(ledgers.get(i)).entrySet()) {
                if (onDisk.contains(entry.getKey()) || arrived.contains(entry.getKey())) {
                    recorded.add(entry.getKey());
                } else if (entry.getValue() < killedAt.get(i) - 50) {
                    late++;
                    // A machine may hold up a thread for longer than 50 ms; a second is no such
                    // thing.
                    assertThat(entry.getValue()).isGreaterThan(killedAt.get(i) - 1_000);
                }
            }
        }
        try (var telemetry = start(dir.resolve("journal"), "5s")) {
            recorded.addAll(record(telemetry, 900_000_000, 10));
            awaitAll(recorded);
        }
        if (fault == null) {
            assertThat(sink.duplicates()).isLessThanOrEqualTo(kills * BATCH);
        }
        settle(
                name + ", " + kills + " times",
                recorded,
                Set.of(),
                late == 0 ? "" : late + " not on disk after 50 ms");
    }

    private Process child(Path ledger, int first) throws IOException {
        String classes =
                Stream.of(
                                "target/test-classes",
                                System.getProperty("jdk.module.path", ""),
                                System.getProperty("java.class.path", ""))
                        .filter(path -> !path.isBlank())
                        .reduce((a, b) -> a + File.pathSeparator + b)
                        .orElseThrow();
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        classes,
                        "-Xmx256m",
                        LossChild.class.getName(),
                        dir.resolve("journal").toString(),
                        ledger.toString(),
                        Integer.toString(first),
                        sink.uri().toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("child.log").toFile())
                .start();
    }

    /// The spans that the journal has whole, read as a person would.
    private static Set<String> onDisk(Path journal) throws IOException {
        var drafts = new HashSet<String>();
        var releases = new HashSet<String>();
        var whole = new HashSet<String>();
        var segments = Segments.open(journal, Disk.real());
        try (var reader = new SegmentReader(segments, _ -> {})) {
            for (var entry = reader.next(0, segments.end());
                    entry != null;
                    entry = reader.next(entry.end(), segments.end())) {
                if (entry.frame().kind().isOfSpan()) {
                    var place = Place.read(entry.payload().duplicate());
                    boolean draft = entry.frame().kind() == Frame.Kind.DRAFT;
                    boolean inline = !draft && place.draftAt() == Place.INLINE;
                    (draft ? drafts : inline ? whole : releases).add(Place.hex(place.spanId()));
                }
            }
        }
        releases.retainAll(drafts);
        whole.addAll(releases);
        return whole;
    }

    /// Overwrites bytes at random places; returns the spans that are no more.
    private Set<String> damage(Random random, int places) throws IOException {
        var destroyed = onDisk(dir);
        List<Path> files;
        try (var all = Files.list(dir)) {
            files = all.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
        }
        for (int i = 0; i < places; i++) {
            var file = files.get(random.nextInt(files.size()));
            byte[] garbage = new byte[1 + random.nextInt(200)];
            random.nextBytes(garbage);
            long at = (long) (random.nextDouble() * (Files.size(file) - garbage.length));
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(garbage), Math.max(0, at));
            }
        }
        destroyed.removeAll(onDisk(dir));
        return destroyed;
    }
}
