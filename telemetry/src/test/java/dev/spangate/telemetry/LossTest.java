package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.telemetry.LossTable.Row;
import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import dev.spangate.testing.SinkSpan;
import dev.spangate.testing.SuiteNotes;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing recorded is lost: every fault strikes a running telemetry, then everything that was
/// recorded must arrive. Short form: each fault for two seconds; full form: for longer, with more
/// kills.
@Tag("loss")
class LossTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pace FAST =
            new Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(250));
    private static final int BATCH = 512;

    @TempDir Path dir;
    private final OtlpSink sink = OtlpSink.start();

    @AfterEach
    void closeSink() {
        sink.close();
    }

    @AfterAll
    static void printTable() {
        LossTable.print();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("401", SinkFault.status(401)),
                Arguments.of("404", SinkFault.status(404)),
                Arguments.of("429 with Retry-After", SinkFault.tooManyRequests(1)),
                Arguments.of("500", SinkFault.status(500)),
                Arguments.of("503", SinkFault.status(503)),
                Arguments.of("200 and HTML", SinkFault.html()),
                Arguments.of("no answer", new SinkFault.Hang()),
                Arguments.of("one byte per second", new SinkFault.Trickle()),
                Arguments.of("stores, then drops the connection", new SinkFault.StoreThenDrop()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aBackendThatAnswers(String name, SinkFault fault) throws IOException {
        var recorded = new HashSet<String>();
        try (var telemetry = start(dir, "1s")) {
            recorded.addAll(record(telemetry, 0, 200));
            sink.awaitSpans(200, PATIENCE);
            sink.fail(fault);
            recorded.addAll(recordFor(telemetry, 1_000, seconds(2, 20)));
            sink.fail(null);
            recorded.addAll(record(telemetry, 500_000, 200));
            awaitAll(recorded);
        }
        settle("backend answers " + name, recorded, Set.of(), "");
    }

    @Test
    void aBackendThatIsDown() throws IOException {
        var recorded = new HashSet<String>();
        int port = sink.port();
        sink.close();
        try (var telemetry = start(dir, "5s")) {
            recorded.addAll(recordFor(telemetry, 0, seconds(3, 60)));
            var status = telemetry.status().destinations().getFirst();
            assertThat(status.depth()).isEqualTo(recorded.size());
            assertThat(status.lastError()).isNotBlank();
            try (var back = OtlpSink.start(port)) {
                awaitAll(back, recorded);
                settle("backend down", back.spans(), recorded, Set.of(), "");
            }
        }
    }

    @Test
    void aBackendThatRefusesOneSpanInAHundred() throws IOException {
        sink.fail(new SinkFault.Picky("poison"));
        var recorded = new HashSet<String>();
        var poisoned = new HashSet<String>();
        try (var telemetry = start(dir, "5s")) {
            for (int i = 0; i < 2_000; i++) {
                var draft = Samples.tool(i, i % 100 == 50 ? "poison" : "fine");
                telemetry.sink().write(Samples.release(draft));
                (i % 100 == 50 ? poisoned : recorded).add(draft.spanId());
            }
            awaitAll(recorded);
            until(() -> telemetry.status().destinations().getFirst().quarantined() >= 20);
        }
        var quarantined = quarantined();
        assertThat(quarantined).containsExactlyInAnyOrderElementsOf(poisoned);
        recorded.addAll(poisoned);
        settle("backend answers 400 to 1 in 100", recorded, quarantined, "20 in quarantine");
    }

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
    void aDiskThatIsFull() throws IOException, InterruptedException {
        var small = mountSmallDisk();
        assumeTrue(small != null, "no right to mount a small tmpfs");
        try {
            var journal = small.resolve("journal");
            var recorded = new HashSet<String>();
            try (var telemetry = start(journal, "5s")) {
                recorded.addAll(record(telemetry, 0, 100));
                awaitAll(recorded);
                var filler = fill(small);
                var during = recordFor(telemetry, 1_000, seconds(2, 20));
                until(() -> telemetry.status().diskError() != null);
                assertThat(telemetry.status().bytesQueued()).isLessThan(64 << 20);
                Files.delete(filler);
                recorded.addAll(during);
                recorded.addAll(record(telemetry, 900_000, 100));
                awaitAll(recorded);
                assertThat(telemetry.status().diskError()).isNull();
                assertThat(telemetry.status().droppedFromQueue()).isZero();
            }
            settle("disk full, then free again", recorded, Set.of(), "");
        } finally {
            run("umount", small.toString());
        }
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

    @Test
    void aSpanOfNineMegabytes() throws IOException {
        var recorded = new HashSet<String>();
        try (var telemetry = start(dir, "5s")) {
            var huge = Samples.tool(1, "x".repeat(9 << 20));
            telemetry.sink().write(Samples.release(huge));
            recorded.add(huge.spanId());
            recorded.addAll(record(telemetry, 10, 100));
            awaitAll(recorded);
        }
        assertThat(sink.requests())
                .allSatisfy(r -> assertThat(r.body().length()).isLessThan(4 << 20));
        settle("a span of 9 MB among others", recorded, Set.of(), "capped and marked");
    }

    @Test
    void aSlowBackendBesideAGoodOne() throws IOException {
        try (var slow = OtlpSink.start()) {
            slow.fail(new SinkFault.Hang());
            var config = config(dir, "1s", slow, sink);
            Set<String> recorded;
            try (var telemetry = Telemetry.start(config, Samples.identity(), Disk.real(), FAST)) {
                recorded = recordFor(telemetry, 0, seconds(2, 20));
                awaitAll(recorded);
                assertThat(telemetry.status().destinations().getFirst().depth())
                        .isEqualTo(recorded.size());
                slow.fail(null);
                awaitAll(slow, recorded);
            }
            settle("one of two backends hangs: the good one", recorded, Set.of(), "");
            settle("one of two backends hangs: that one", slow.spans(), recorded, Set.of(), "");
        }
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

    private Telemetry start(Path journal, String timeout) {
        return Telemetry.start(
                config(journal, timeout, sink), Samples.identity(), Disk.real(), FAST);
    }

    private static TelemetryConfig config(Path journal, String timeout, OtlpSink... sinks) {
        var json = new StringBuilder();
        int number = 0;
        for (var sink : sinks) {
            json.append(json.isEmpty() ? "{\"otlp\":[" : ",")
                    .append(
                            "{\"name\":\"sink-%d\",\"endpoint\":\"%s\",\"timeout\":\"%s\"}"
                                    .formatted(number++, sink.uri(), timeout));
        }
        return Samples.config(journal, json + "]}");
    }

    private static Set<String> record(Telemetry telemetry, int first, int count) {
        var spans = new HashSet<String>();
        for (int i = first; i < first + count; i++) {
            var draft = Samples.tool(i, "result number " + i);
            telemetry.sink().write(draft);
            telemetry.sink().write(Samples.linked(draft.spanId(), null, Samples.span(0), null));
            spans.add(draft.spanId());
        }
        return spans;
    }

    /// About 500 spans a second.
    private static Set<String> recordFor(Telemetry telemetry, int first, Duration time) {
        var spans = new HashSet<String>();
        long end = System.nanoTime() + time.toNanos();
        for (int i = first; System.nanoTime() < end; i += 10) {
            spans.addAll(record(telemetry, i, 10));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return spans;
    }

    private void awaitAll(Set<String> recorded) {
        awaitAll(sink, recorded);
    }

    private static void awaitAll(OtlpSink sink, Set<String> recorded) {
        until(() -> arrived(sink).containsAll(recorded));
    }

    private static Set<String> arrived(OtlpSink sink) {
        var spans = new HashSet<String>();
        sink.spans().forEach(span -> spans.add(span.spanId()));
        return spans;
    }

    private Set<String> quarantined() throws IOException {
        var spans = new HashSet<String>();
        try (var files = Files.list(dir)) {
            for (var file :
                    files.filter(f -> f.getFileName().toString().startsWith("quarantine-"))
                            .toList()) {
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    spans.add(Json.read(line).path("spanId").asString());
                }
            }
        }
        return spans;
    }

    private void settle(String fault, Set<String> recorded, Set<String> aside, String note) {
        settle(fault, sink.spans(), recorded, aside, note);
    }

    /// Counts, and checks that a repeated span is the same span.
    private static void settle(
            String fault,
            List<SinkSpan> arrived,
            Set<String> recorded,
            Set<String> aside,
            String note) {
        var first = new HashMap<String, SinkSpan>();
        long repeated = 0;
        for (var span : arrived) {
            var before = first.putIfAbsent(span.spanId(), span);
            if (before != null) {
                repeated++;
                assertThat(span.traceId()).isEqualTo(before.traceId());
                assertThat(span.startNanos()).isEqualTo(before.startNanos());
                assertThat(span.endNanos()).isEqualTo(before.endNanos());
            }
        }
        long lost =
                recorded.stream()
                        .filter(id -> !first.containsKey(id) && !aside.contains(id))
                        .count();
        LossTable.add(new Row(fault, recorded.size(), lost, repeated, note));
        assertThat(lost).as(fault).isZero();
    }

    private static Duration seconds(int quick, int full) {
        return Duration.ofSeconds(SuiteNotes.full() ? full : quick);
    }

    /// A tmpfs of 8 MB, or null where that is not allowed.
    private Path mountSmallDisk() throws IOException, InterruptedException {
        var small = Files.createDirectory(dir.resolve("small"));
        boolean mounted =
                run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", small.toString()) == 0;
        return mounted ? small : null;
    }

    private static Path fill(Path small) throws IOException {
        var filler = small.resolve("filler");
        try (var out = Files.newOutputStream(filler)) {
            for (byte[] block = new byte[4096]; ; ) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as("in time").isLessThan(end);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
