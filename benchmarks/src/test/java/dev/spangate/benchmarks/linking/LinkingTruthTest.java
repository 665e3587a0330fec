package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SuiteNotes;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The benchmark of truth as a suite: short beside the others, full when asked for by name.
@Tag("linking")
class LinkingTruthTest {
    @Test
    void noWrongLinkAndNoMissWhereTheWireTells() {
        var args = new ArrayList<String>();
        if (!SuiteNotes.full()) {
            args.add("--short");
        }
        var benchmark = LinkingBenchmark.finished(Options.of(List.copyOf(args)), System.out);

        SuiteNotes.figures("linking", benchmark.figures());
        assertThat(benchmark.figures())
                .contains("precision_certain=1.0 ", "precision_probable=1.0 ", " wrong=0 ");
        assertThat(recall(benchmark.figures())).isGreaterThanOrEqualTo(0.999);
        if (SuiteNotes.full()) { // every scenario for itself, its invariants included
            assertThat(benchmark.met()).as(benchmark.figures()).isTrue();
        }
    }

    private static double recall(String figures) {
        var start = figures.indexOf("recall=") + "recall=".length();
        return Double.parseDouble(figures.substring(start, figures.indexOf(' ', start)));
    }
}
