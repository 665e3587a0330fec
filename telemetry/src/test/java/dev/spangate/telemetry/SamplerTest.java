package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.State;
import dev.spangate.linking.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {
    private static final String NONE = "{\"sampling\":{\"ratio\":0,\"keep-cost-above\":0.5}}";

    @TempDir Path dir;

    @Test
    void aRunWithoutErrorIsDiscardedWholeAndOneWithAnErrorKeptWhole() throws IOException {
        try (var journal = open(NONE)) {
            var cursor = journal.cursor("sink", true);
            run(journal, "good", 100, false);
            run(journal, "bad", 200, true);
            write(journal, new State("run-opened", "last", "{}"));
            assertThat(spans(cursor, 3))
                    .containsExactlyInAnyOrder(
                            Samples.span(200), Samples.span(201), Samples.span(202));
        }
    }

    @Test
    void anExpensiveRunIsKeptFromItsFirstSpanOn() throws IOException {
        try (var journal = open(NONE)) {
            var cursor = journal.cursor("sink", true);
            write(journal, new State("run-opened", "dear", "{}"));
            for (int i = 0; i < 3; i++) {
                journal.write(release("dear", costing(Samples.generation(i), 0.2)));
            }
            journal.write(new State("run-ended", "dear", "{}"));
            assertThat(spans(cursor, 3)).hasSize(3);
        }
    }

    @Test
    void aSpanOutsideRunsIsDecidedOnItsOwn() throws IOException {
        try (var journal = open(NONE)) {
            var cursor = journal.cursor("sink", true);
            journal.write(release("none-1", Samples.tool(1, "fine")));
            journal.write(release("none-2", failed(Samples.tool(2, "failed"))));
            assertThat(spans(cursor, 1)).containsExactly(Samples.span(2));
        }
    }

    @Test
    void anUndecidedRunIsTakenUpAgainAfterARestart() throws IOException {
        try (var journal = open(NONE)) {
            journal.cursor("sink", true);
            write(journal, new State("run-opened", "r", "{}"));
            journal.write(Samples.tool(7, "a held one"));
            journal.write(release("r", Samples.tool(1, "one")));
            journal.write(release("r", Samples.tool(2, "two")));
        }
        try (var journal = open(NONE)) {
            var cursor = journal.cursor("sink", true);
            journal.write(release("r", failed(Samples.tool(3, "three"))));
            journal.write(held("r", 7));
            journal.write(new State("run-ended", "r", "{}"));
            assertThat(spans(cursor, 4))
                    .containsExactlyInAnyOrder(
                            Samples.span(1), Samples.span(2), Samples.span(3), Samples.span(7));
        }
    }

    @Test
    void whatWasDiscardedStaysDiscardedAfterARestart() throws IOException {
        try (var journal = open(NONE)) {
            journal.cursor("sink", true);
            run(journal, "good", 100, false);
        }
        try (var journal = open(NONE)) {
            var cursor = journal.cursor("sink", true);
            run(journal, "bad", 200, true);
            assertThat(spans(cursor, 3)).hasSize(3).doesNotContain(Samples.span(100));
        }
    }

    @Test
    void theShareOfTracesIsAboutTheRatioAndTheSameForAllSpansOfOne() {
        var sampler =
                new Sampler(Samples.config(dir, "{\"sampling\":{\"ratio\":0.25}}").sampling());
        var random = new Random(7);
        int kept = 0;
        for (int i = 0; i < 4_000; i++) {
            String trace = "%016x%016x".formatted(random.nextLong(), random.nextLong());
            var first = sampler.keepsNow(inTrace(trace, Samples.tool(1, "")));
            assertThat(sampler.keepsNow(inTrace(trace, Samples.tool(2, "")))).isEqualTo(first);
            kept += first ? 1 : 0;
        }
        assertThat(kept).isBetween(850, 1_150);
    }

    @Test
    void withoutSamplingEverythingIsKeptAtOnce() {
        var sampler = new Sampler(Samples.config(dir, "{}").sampling());
        sampler.written(new State("run-opened", "r", "{}"), null, 0);
        assertThat(sampler.keepsNow(release("r", Samples.tool(1, "")))).isTrue();
    }

    private Journal open(String json) {
        return Journal.open(
                JournalTest.config(dir, 1 << 20, 1L << 30, json),
                JournalTest.AS_IS,
                Segments.Disk.real());
    }

    private static void run(Journal journal, String id, int first, boolean error) {
        write(journal, new State("run-opened", id, "{}"));
        journal.write(release(id, Samples.tool(first, "one")));
        var second = Samples.tool(first + 1, "two");
        journal.write(release(id, error ? failed(second) : second));
        journal.write(release(id, Samples.tool(first + 2, "three")));
        journal.write(new State("run-ended", id, "{}"));
    }

    private static void write(Journal journal, State state) {
        journal.write(state);
    }

    private static List<String> spans(JournalCursor cursor, int count) throws IOException {
        var spans = new ArrayList<String>();
        JournalTest.drain(cursor, count).forEach(placed -> spans.add(placed.release().spanId()));
        JournalTest.drain(cursor, 0).forEach(placed -> spans.add(placed.release().spanId()));
        return spans;
    }

    /// Each run in a trace of its own.
    private static Release release(String run, Draft draft) {
        return new Release(
                draft.spanId(),
                "%032x".formatted((run.hashCode() & 0xffffffffL) + (1L << 40)),
                null,
                false,
                false,
                Samples.run(run),
                List.of(),
                Map.of(),
                draft,
                null,
                null);
    }

    private static Release held(String run, int span) {
        var release = release(run, Samples.tool(span, ""));
        return release.with(null, release.evidence());
    }

    private static Release inTrace(String trace, Draft draft) {
        return new Release(
                draft.spanId(),
                trace,
                null,
                false,
                false,
                Samples.run(trace),
                List.of(),
                Map.of(),
                draft,
                null,
                null);
    }

    static Draft failed(Draft draft) {
        return new Draft(
                draft.spanId(),
                draft.type(),
                draft.name(),
                draft.client(),
                draft.startNanos(),
                draft.endNanos(),
                Level.ERROR,
                "it failed",
                true,
                0,
                draft.input(),
                draft.output(),
                null,
                null,
                null,
                Map.of(),
                draft.attributes(),
                null);
    }

    private static Draft costing(Draft draft, double dollars) {
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
                draft.input(),
                draft.output(),
                null,
                null,
                draft.usage(),
                Map.of("total", dollars),
                draft.attributes(),
                null);
    }
}
