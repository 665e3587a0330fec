package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.testing.SuiteNotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// The scenarios of the truth generator over every dialect and every translation: the LLM leg goes
/// through the real proxy, with wire bytes that no code of ours has written (L9).
@Tag("llm")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DialectLinkingTest {
    static final List<Column> COLUMNS = Column.ALL;

    /// They are about the process or about what it cannot read, not about dialects.
    private static final Set<String> ELSEWHERE =
            Set.of("restarts", "everything-and-kills", "clock-steps", "unread", "evictions");

    /// One of each kind of evidence.
    private static final Set<String> SHORT =
            Set.of("shared-key", "equal-in-one-answer", "reused-ids", "no-ids", "claude-code");

    private final Score all = new Score();
    private int columns;
    private WireGateway gateway;

    @BeforeAll
    void start() throws IOException {
        gateway = new WireGateway();
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        SuiteNotes.figures(
                "llm",
                "transcripts=%d dialects_and_translations=%d executions=%d precision_certain=%s precision_probable=%s recall=%s wrong=%d"
                        .formatted(
                                transcripts(),
                                columns,
                                all.executions,
                                LinkingTable.ratio(all.precisionCertain()),
                                LinkingTable.ratio(all.precisionProbable()),
                                LinkingTable.ratio(all.recall()),
                                all.wrong));
    }

    /// How many the other half of the suite reads.
    private static long transcripts() throws IOException {
        var root = Path.of(System.getProperty("spangate.root", ".."));
        try (var files = Files.walk(root.resolve("llm-proxy/src/test/resources/transcripts"))) {
            return files.filter(file -> file.toString().endsWith(".txt")).count();
        }
    }

    @ParameterizedTest
    @FieldSource("COLUMNS")
    void noWrongLinkAndNoMissWhereTheWireTells(Column column) {
        var total = new Score();
        for (var scenario : Scenarios.all()) {
            boolean asked = SuiteNotes.full() || SHORT.contains(scenario.name());
            if (asked && !ELSEWHERE.contains(scenario.name())) {
                int worlds = SuiteNotes.full() ? 2 : 1;
                for (int i = 0; i < worlds; i++) {
                    var score = world(column, scenario, 11 + i);
                    System.out.println(column + " " + LinkingTable.row(scenario, score));
                    System.out.print(LinkingTable.reasons(score));
                    if (scenario.counted()) {
                        total.add(score);
                    }
                    assertThat(score.certainWrong).as("%s %s", column, scenario.name()).isZero();
                }
            }
        }
        System.out.println("DIALECT " + column + " " + total.figures());
        all.add(total);
        columns++;
        assertThat(total.executions).isGreaterThan(100);
        assertThat(total.wrong).isZero();
        assertThat(total.faultCount).isZero();
        assertThat(total.recall()).isGreaterThanOrEqualTo(0.999);
    }

    private Score world(Column column, Scenario scenario, long seed) {
        var opener = new InferenceLeg.Opener[1];
        var world =
                new World(
                        column.traffic(scenario.traffic()),
                        seed * 7_919L + scenario.name().hashCode(),
                        (port, start, streamed) -> opener[0].open(port, start, streamed));
        opener[0] = gateway.legs(column, world.records);
        world.run();
        name(world);
        var score = Scorer.score(world.truth, world.records);
        score.wrongs.replaceAll(text -> text + " (" + column + ", seed " + seed + ")");
        return score;
    }

    /// Spans are known by the time at which they began.
    private static void name(World world) {
        for (var inference : world.truth.inferences) {
            if (!inference.bypass) {
                world.records
                        .generation(world.records.at(inference.start))
                        .ifPresent(draft -> inference.spanId = draft.spanId());
            }
        }
    }
}
