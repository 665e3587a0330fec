package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Checkpoint;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.RunAttributes;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.Level;
import dev.spangate.linking.ObservationType;
import dev.spangate.linking.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Records come back from their bytes as they were written.
class RecordCodecTest {
    private static final String[] TEXTS = {
        "", "a", "ünïcödé", "日本語 🚀", "\u0000\u0001\"\\", "x".repeat(70_000), "line\nline\r\n", " "
    };

    private final Random random = new Random(7);

    @Test
    void everyRecordComesBackAsItWas() {
        for (int i = 0; i < 2_000; i++) {
            JournalRecord entry =
                    switch (i % 4) {
                        case 0 -> draft();
                        case 1 -> release();
                        case 2 -> new State(text(), text(), text());
                        default -> new Checkpoint(text());
                    };

            assertThat(roundTrip(entry)).isEqualTo(entry);
        }
    }

    /// Content is what clients and servers sent: half a surrogate pair is no reason to lose a span.
    @Test
    void textThatIsNoUnicodeIsReplacedNotRefused() {
        var draft = Samples.tool(1, "cut \ud83d and \ude80 here");

        var back = (Draft) roundTrip(draft);

        assertThat(back.output()).isEqualTo("cut ? and ? here");
    }

    @Test
    void attributesKeepTheirTypesAndLoseOnlyWhatIsNull() {
        var attributes = new HashMap<String, Object>();
        attributes.put("text", "t");
        attributes.put("long", Long.MIN_VALUE);
        attributes.put("int", 7);
        attributes.put("double", -0.0);
        attributes.put("not a number", Double.NaN);
        attributes.put("yes", true);
        attributes.put("no", false);
        attributes.put("list", List.of("a", "b"));
        attributes.put("empty", List.of());
        attributes.put("nothing", null);

        var back = ((Draft) roundTrip(draftWith(attributes))).attributes();

        attributes.remove("nothing");
        attributes.put("int", 7L);
        assertThat(back).isEqualTo(attributes);
    }

    @Test
    void aRecordOfAnotherVersionSaysSo() {
        var out = new ByteSink(64);
        RecordCodec.write(out, new State("kind", "run", "{}"), null);
        var bytes = out.view();
        bytes.put(0, (byte) 9);

        assertThatThrownBy(() -> RecordCodec.read(Frame.Kind.STATE, bytes))
                .hasMessageContaining("version 9");
    }

    @Test
    void aCheckpointTakesAFractionOfItsText() {
        var json = new StringBuilder("[");
        for (int i = 0; i < 20_000; i++) {
            json.append(
                    "{\"key\":\"%016x\",\"ended\":true,\"agent\":\"ä\"},"
                            .formatted(random.nextLong()));
        }
        var checkpoint = new Checkpoint(json.append("{}]").toString());
        var out = new ByteSink(16);

        RecordCodec.write(out, checkpoint, null);

        assertThat(RecordCodec.read(Frame.Kind.CHECKPOINT, out.view())).isEqualTo(checkpoint);
        assertThat(out.size()).isLessThan(json.length() / 3);
    }

    /// Journals of an earlier version hold checkpoints as they are.
    @Test
    void aCheckpointThatIsNotCompressedIsReadAsWell() {
        var out = new ByteSink(16);
        out.putByte(1);
        out.putText("{\"n\":1}");

        assertThat(RecordCodec.read(Frame.Kind.CHECKPOINT, out.view()))
                .isEqualTo(new Checkpoint("{\"n\":1}"));
    }

    @Test
    void aDamagedCheckpointIsRefusedNotMisread() {
        var out = new ByteSink(64);
        RecordCodec.write(out, new Checkpoint("{\"runs\":[1,2,3,4,5,6,7,8,9]}".repeat(50)), null);
        for (int cut = 0; cut < out.size(); cut++) {
            var part = out.view().limit(cut);
            assertThatThrownBy(() -> RecordCodec.read(Frame.Kind.CHECKPOINT, part))
                    .as("cut at " + cut)
                    .isInstanceOf(RuntimeException.class);
        }
        var wrong = out.view();
        wrong.put(20, (byte) (wrong.get(20) ^ 0x55)).put(5, (byte) 0);
        assertThatThrownBy(() -> RecordCodec.read(Frame.Kind.CHECKPOINT, wrong))
                .isInstanceOf(IllegalStateException.class);
    }

    /// A later version appends fields: what is behind the known ones is not looked at.
    @Test
    void whatALaterVersionAppendsIsSkipped() {
        var out = new ByteSink(64);
        var state = new State("kind", "run", "{\"a\":1}");
        RecordCodec.write(out, state, null);
        out.putText("a field of the future");

        assertThat(RecordCodec.read(Frame.Kind.STATE, out.view())).isEqualTo(state);
    }

    @Test
    void aPayloadCutAnywhereIsRefusedNeverMisread() {
        var out = new ByteSink(1024);
        var release = release();
        RecordCodec.write(out, release, Place.of(release.spanId()));
        for (int cut = 0; cut < Math.min(out.size(), 3_000); cut++) {
            var part = out.view().limit(cut);
            assertThatThrownBy(() -> RecordCodec.read(Frame.Kind.RELEASE, part))
                    .as("cut at %d of %d", cut, out.size())
                    .isInstanceOf(RuntimeException.class);
        }
    }

    private static JournalRecord roundTrip(JournalRecord entry) {
        var out = new ByteSink(16);
        var kind = RecordCodec.kind(entry);
        var place = kind.isOfSpan() ? Place.of(Samples.span(1)) : null;
        RecordCodec.write(out, entry, place);
        return RecordCodec.read(kind, out.view());
    }

    private Release release() {
        var links = new ArrayList<SpanLink>();
        for (int i = random.nextInt(4); i > 0; i--) {
            links.add(new SpanLink(Samples.TRACE, Samples.span(i), map()));
        }
        return new Release(
                Samples.span(random.nextInt(1_000)),
                Samples.TRACE,
                random.nextBoolean() ? null : Samples.span(3),
                random.nextBoolean(),
                random.nextBoolean(),
                new RunAttributes(
                        text(),
                        text(),
                        optional(),
                        optional(),
                        List.of(text(), text()),
                        optional(),
                        text(),
                        random.nextBoolean()),
                links,
                map(),
                random.nextBoolean() ? null : draft(),
                random.nextBoolean() ? null : Samples.span(4),
                optional());
    }

    private Draft draft() {
        return new Draft(
                Samples.span(random.nextInt(1_000)),
                ObservationType.values()[random.nextInt(ObservationType.values().length)],
                text(),
                random.nextBoolean(),
                random.nextLong(),
                random.nextLong(),
                Level.values()[random.nextInt(Level.values().length)],
                optional(),
                random.nextBoolean(),
                random.nextLong(),
                optional(),
                optional(),
                random.nextBoolean() ? null : Samples.span(5),
                random.nextBoolean() ? null : Samples.span(6),
                random.nextBoolean() ? null : usage(),
                Map.of("total", random.nextDouble()),
                map(),
                optional());
    }

    private static Draft draftWith(Map<String, Object> attributes) {
        var draft = Samples.tool(1, "r");
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                draft.level(),
                null,
                false,
                0,
                null,
                null,
                null,
                null,
                null,
                Map.of(),
                attributes,
                null);
    }

    private Usage usage() {
        return new Usage(
                random.nextInt(1_000),
                random.nextInt(1_000),
                random.nextInt(10),
                random.nextInt(10),
                random.nextInt(10),
                Map.of("input_audio", (long) random.nextInt(100)),
                random.nextBoolean());
    }

    private Map<String, Object> map() {
        var map = new HashMap<String, Object>();
        for (int i = random.nextInt(5); i > 0; i--) {
            map.put(
                    "key" + i,
                    switch (random.nextInt(5)) {
                        case 0 -> text();
                        case 1 -> random.nextLong();
                        case 2 -> random.nextDouble();
                        case 3 -> random.nextBoolean();
                        default -> List.of(text());
                    });
        }
        return map;
    }

    private String text() {
        return TEXTS[random.nextInt(random.nextInt(20) == 0 ? TEXTS.length : 5)];
    }

    private String optional() {
        return random.nextBoolean() ? null : text();
    }
}
