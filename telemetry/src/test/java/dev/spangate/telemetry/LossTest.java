package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.telemetry.Segments.Disk;
import dev.spangate.testing.OtlpSink;
import dev.spangate.testing.SinkFault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Nothing recorded is lost: every fault strikes a running telemetry, then everything that was
/// recorded must arrive. Short form: each fault for two seconds; full form: for longer, with more
/// kills.
@Tag("loss")
class LossTest extends LossSuite {
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
}
