package dev.spangate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `gen_ai.invoke_agent.inference_calls` and `.tool_calls`: the steps of a run, whatever the order
/// in which its spans find their place.
class RunSizesTest {
    private static final String INFERENCES = "gen_ai_invoke_agent_inference_calls";
    private static final String TOOLS = "gen_ai_invoke_agent_tool_calls";

    private final Metrics metrics =
            new Metrics(Samples.config(Path.of("unused"), "{}"), Samples.identity());

    @ParameterizedTest
    @CsvSource({"1,0", "2,1", "5,7", "1,300"})
    void theStepsOfARunAreCountedWhenItsOwnSpanIsPlaced(int inferences, int tools)
            throws IOException {
        run("run-1", inferences, tools, 0);
        assertThat(text()).doesNotContain(INFERENCES);

        observe(top("run-1", 9_000));

        assertThat(value(INFERENCES + "_sum")).isEqualTo(inferences);
        assertThat(value(TOOLS + "_sum")).isEqualTo(tools);
        assertThat(value(INFERENCES + "_count")).isEqualTo(1);
    }

    /// A held span counts once it is placed, under the run that it is placed in.
    @Test
    void heldSpansCountWhereTheyArePlaced() throws IOException {
        var held = Samples.tool(1, "r");
        metrics.spans().observe(held);
        observe(of("run-1", Samples.generation(2)));
        observe(
                new Release(
                        held.spanId(),
                        Samples.TRACE,
                        null,
                        false,
                        false,
                        Samples.run("run-1"),
                        List.of(),
                        Map.of(),
                        null,
                        null,
                        null));

        observe(top("run-1", 3));

        assertThat(value(TOOLS + "_sum")).isEqualTo(1);
        assertThat(value(INFERENCES + "_sum")).isEqualTo(1);
    }

    @Test
    void runsDoNotMix() throws IOException {
        var records = new ArrayList<Release>();
        for (int i = 0; i < 20; i++) {
            records.add(of("run-a", Samples.generation(i)));
            records.add(of("run-b", Samples.tool(100 + i, "r")));
        }
        records.forEach(this::observe);

        observe(top("run-a", 500));
        assertThat(value(INFERENCES + "_sum")).isEqualTo(20);
        assertThat(value(TOOLS + "_sum")).isZero();

        observe(top("run-b", 501));
        assertThat(value(INFERENCES + "_sum")).isEqualTo(20);
        assertThat(value(TOOLS + "_sum")).isEqualTo(20);
        assertThat(value(TOOLS + "_count")).isEqualTo(2);
    }

    /// A second top span of a run that went on says only what came after the first.
    @Test
    void aRunThatGoesOnIsCountedAnew() throws IOException {
        run("run-1", 2, 1, 0);
        observe(top("run-1", 50));
        run("run-1", 1, 0, 60);
        observe(top("run-1", 70));

        assertThat(value(INFERENCES + "_sum")).isEqualTo(3);
        assertThat(value(INFERENCES + "_count")).isEqualTo(2);
    }

    /// Runs that never end, and spans that are never placed, cost bounded memory.
    @Test
    void whatNeverEndsIsForgotten() throws IOException {
        for (int i = 0; i < 60_000; i++) {
            observe(of("endless-" + i, Samples.generation(i)));
        }
        observe(top("endless-0", 1_000_000));
        assertThat(text()).doesNotContain(INFERENCES);

        observe(top("endless-59999", 1_000_001));
        assertThat(value(INFERENCES + "_sum")).isEqualTo(1);
    }

    @Test
    void theAgentIsTheLabel() throws IOException {
        run("run-1", 1, 0, 0);
        var attributes = new HashMap<>(Samples.top(8, 1, 1).attributes());
        attributes.put("gen_ai.agent.name", "travel-agent");
        observe(of("run-1", MetricsTest.with(Samples.top(8, 1, 1), attributes)));

        assertThat(text()).contains(INFERENCES + "_count{gen_ai_agent_name=\"travel-agent\"} 1");
    }

    private void run(String runId, int inferences, int tools, int from) {
        for (int i = 0; i < inferences; i++) {
            observe(of(runId, Samples.generation(from + i)));
        }
        for (int i = 0; i < tools; i++) {
            observe(of(runId, Samples.tool(10_000 + from + i, "r")));
        }
    }

    private void observe(Release release) {
        metrics.spans().observe(release);
    }

    private static Release top(String runId, int number) {
        return of(runId, Samples.top(number, 1, 1));
    }

    private static Release of(String runId, Draft draft) {
        return new Release(
                draft.spanId(),
                Samples.TRACE,
                null,
                false,
                false,
                Samples.run(runId),
                List.of(),
                Map.of(),
                draft,
                null,
                null);
    }

    private double value(String name) throws IOException {
        return text().lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String text() throws IOException {
        var out = new StringBuilder();
        metrics.writePrometheus(out);
        return out.toString();
    }
}
