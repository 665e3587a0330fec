package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.JournalRecord.Withdrawn;
import dev.spangate.telemetry.Segments.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a reader finds in a segment that was cut, overwritten or torn: every frame that is whole,
/// none that is not, wherever the damage lies.
class SegmentDamageTest {
    @TempDir Path dir;
    private byte[] whole;

    /// Where each frame begins and ends.
    private final List<int[]> frames = new ArrayList<>();

    @BeforeEach
    void writeFrames() {
        var out = new ByteSink(1024);
        for (var entry : records()) {
            int from = out.size();
            boolean span = RecordCodec.kind(entry).isOfSpan();
            var place = span ? Place.of(Samples.span(frames.size())) : null;
            Frame.write(
                    out,
                    RecordCodec.kind(entry),
                    1_000 + from,
                    sink -> RecordCodec.write(sink, entry, place));
            frames.add(new int[] {from, out.size()});
        }
        whole = new byte[out.size()];
        out.view().get(whole);
    }

    /// The last one holds bytes that look like the beginning of a frame.
    private static List<JournalRecord> records() {
        return List.of(
                new Checkpoint("{\"runs\":[]}"),
                Samples.tool(1, "sunny"),
                new State("run-opened", "run-1", "{}"),
                Samples.release(Samples.generation(2)),
                new Withdrawn(Samples.span(3)),
                Samples.release(Samples.tool(4, "Spg\u0002\u0000\u0000\u0000\u0005 Spg Spg")));
    }

    @Test
    void aSegmentCutAtAnyByteGivesEveryFrameBeforeTheCut() throws IOException {
        for (int cut = 0; cut <= whole.length; cut++) {
            int end = cut;
            var expected = frames.stream().filter(frame -> frame[1] <= end).map(f -> f[0]).toList();

            assertThat(read(Arrays.copyOf(whole, cut)).begins())
                    .as("cut at " + cut)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aSegmentWithAnyByteChangedGivesEveryOtherFrame() throws IOException {
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x41;
            int hit = at;
            var expected =
                    frames.stream()
                            .filter(frame -> hit < frame[0] || hit >= frame[1])
                            .map(frame -> frame[0])
                            .toList();

            var found = read(changed);

            assertThat(found.begins()).as("byte " + at).isEqualTo(expected);
            assertThat(found.damaged()).as("byte " + at).isEqualTo(1);
        }
    }

    @Test
    void garbageOfAnyLengthBetweenFramesIsSteppedOver() throws IOException {
        var random = new Random(5);
        for (int length : new int[] {1, 3, 19, 20, 21, 500, 131_072, 131_073, 400_000}) {
            byte[] garbage = new byte[length];
            random.nextBytes(garbage);
            int middle = frames.get(3)[0];
            byte[] torn = new byte[whole.length + length];
            System.arraycopy(whole, 0, torn, 0, middle);
            System.arraycopy(garbage, 0, torn, middle, length);
            System.arraycopy(whole, middle, torn, middle + length, whole.length - middle);

            var found = read(torn);

            assertThat(found.begins()).as(length + " bytes").hasSize(frames.size());
            assertThat(found.damaged()).isEqualTo(1);
            assertThat(found.millis()).containsExactlyElementsOf(read(whole).millis());
        }
    }

    /// A length that leads far behind the end, or is negative, is damage like any other.
    @Test
    void aLengthThatLiesIsSteppedOver() throws IOException {
        for (int length : new int[] {Integer.MAX_VALUE, -1, Frame.MAX_PAYLOAD, 1_000_000, 0}) {
            byte[] changed = whole.clone();
            int at = frames.get(1)[0] + 4;
            for (int i = 0; i < 4; i++) {
                changed[at + i] = (byte) (length >>> (24 - 8 * i));
            }

            assertThat(read(changed).begins())
                    .as("length " + length)
                    .hasSize(frames.size() - 1)
                    .doesNotContain(frames.get(1)[0]);
        }
    }

    @Test
    void zerosBehindAPowerLossAreNoFrames() throws IOException {
        byte[] padded = Arrays.copyOf(whole, whole.length + 300_000);

        assertThat(read(padded).begins()).hasSize(frames.size());
    }

    /// What was read: where frames began, when they were written, how many damaged stretches.
    private record Found(List<Integer> begins, List<Long> millis, int damaged) {}

    private Found read(byte[] bytes) throws IOException {
        var folder = Files.createTempDirectory(dir, "segment");
        Files.write(folder.resolve("%020d.journal".formatted(0)), bytes);
        var damage = new ArrayList<Long>();
        var begins = new ArrayList<Integer>();
        var millis = new ArrayList<Long>();
        var segments = Segments.open(folder, Disk.real());
        try (var reader = new SegmentReader(segments, damage::add)) {
            for (var entry = reader.next(0, segments.end());
                    entry != null;
                    entry = reader.next(entry.end(), segments.end())) {
                begins.add((int) entry.at());
                millis.add(entry.frame().millis());
            }
        }
        segments.close();
        return new Found(begins, millis, damage.size());
    }
}
