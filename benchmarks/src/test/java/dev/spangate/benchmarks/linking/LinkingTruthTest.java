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
        assertThat(benchmark.met()).as(benchmark.figures()).isTrue();
    }
}
