package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rule J1 over the life of a trace: its limits outlive a kill, whether a checkpoint or only the
/// records after it tell what was joined.
final class JoinedTracesTest {
    private static final TraceContext CONTEXT =
            new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true, "");

    private Stage stage = started();

    private static Stage started() {
        var stage = new Stage().expose("/mcp", "search");
        stage.recorded.write(stage.linker.checkpoint());
        return stage;
    }

    /// Another process that reads the journal from its last checkpoint on.
    private void kill(boolean checkpointBefore) {
        if (checkpointBefore) {
            stage.recorded.write(stage.linker.checkpoint());
        }
        var stored = stage.recorded.records;
        int last = stored.size() - 1;
        while (!(stored.get(last) instanceof JournalRecord.Checkpoint)) {
            last--;
        }
        var next = new Stage(LinkingConfig.defaults(), stage.clock.get()).expose("/mcp", "search");
        next.linker.resume(List.copyOf(stored.subList(last, stored.size())));
        next.recorded.write(next.linker.checkpoint());
        assertThat(next.linker.stats().faults()).isZero();
        stage = next;
    }

    private static Origin origin(String scope) {
        return Stage.with(Origin.of(scope), TraceMode.JOIN, CONTEXT);
    }

    private JournalRecord.Release run(String scope) {
        var agent = stage.agent(origin(scope)).says("go " + stage.clock.get());
        var asked = agent.ask();
        agent.text(asked, "done");
        return stage.recorded.released(asked.span());
    }

    private boolean joins(String scope) {
        return run(scope).traceId().equals(CONTEXT.traceId());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void j1ATraceThatAnotherCallerUsedBeforeTheKillIsNotJoined(boolean checkpoint) {
        assertThat(joins("one")).isTrue();
        kill(checkpoint);
        assertThat(joins("other")).isFalse();
        assertThat(joins("one")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void j1ATraceOfExecutionsAloneIsRememberedToo(boolean checkpoint) {
        var agent = stage.agent(origin("one"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, "ok");
        stage.pass(6_000);
        assertThat(stage.recorded.released(execution.span()).traceId())
                .isEqualTo(CONTEXT.traceId());
        kill(checkpoint);
        assertThat(joins("other")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void j1ATraceOfAnOperationAloneIsRememberedToo(boolean checkpoint) {
        var start =
                new OperationStart(origin("one"), "tools/list", true, Level.DEBUG, null, Map.of());
        stage.linker.start(start).end(new Outcome.Completed(), "[]", Map.of());
        kill(checkpoint);
        assertThat(joins("other")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"99, true", "100, false"})
    void j1RunsBeforeKillsCountOnceEachHoweverOftenTheyAreReadBack(int before, boolean joined) {
        for (int i = 0; i < before; i++) {
            assertThat(joins("one")).as("run %d", i).isTrue();
            if (i % 40 == 7) {
                kill(i % 80 == 7);
            }
        }
        kill(true);
        kill(false);
        assertThat(joins("one")).isEqualTo(joined);
        assertThat(joins("one")).isFalse();
    }

    @Test
    void j1ADayIsCountedFromTheFirstUseNotFromTheKill() {
        assertThat(joins("one")).isTrue();
        stage.pass(23L * 3_600_000);
        kill(true);
        assertThat(joins("one")).isTrue();
        stage.pass(2L * 3_600_000);
        assertThat(joins("one")).isFalse();
    }

    @Test
    void j2AJoinedTraceKeepsItsFirstRunsNameOverAKill() {
        String first = run("one").run().traceName();
        kill(true);
        var named =
                new Origin(
                        "one",
                        "one",
                        "another-agent",
                        null,
                        null,
                        null,
                        Map.of(),
                        CONTEXT,
                        TraceMode.JOIN,
                        List.of(),
                        null,
                        "",
                        Map.of());
        var agent = stage.agent(named).says("go on");
        var asked = agent.ask();
        agent.text(asked, "done");
        assertThat(stage.recorded.released(asked.span()).run().traceName())
                .isEqualTo(first)
                .isNotEqualTo("another-agent");
    }

    @Test
    void runsOfOneTraceHaveIdsOfTheirOwnInEveryProcess() {
        Set<String> ids = new HashSet<>();
        List<String> traces = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            var release = run("one");
            traces.add(release.traceId());
            assertThat(ids.add(release.run().runId())).as(release.run().runId()).isTrue();
            if (i % 4 == 3) {
                kill(i == 3);
            }
        }
        assertThat(traces).containsOnly(CONTEXT.traceId());
    }

    @ParameterizedTest
    @CsvSource({
        "4bf92f3577b34da6a3ce929d0e0e4736, true",
        "4bf92f3577b34da60000000000000000, true",
        "4bf92f3577b34d000000000000000000, false",
        "00000000000000000000000000000006, false",
        "00000000000000014bf92f3577b34da6, true",
        "01010101010101010000000000000000, true",
        "00000000000000000000000000000000, false"
    })
    void j1AnIdWithFewerThanEightBytesThatAreNotZeroIsNotJoined(String traceId, boolean joined) {
        var context = new TraceContext(traceId, "00f067aa0ba902b7", true, "");
        var agent = stage.agent(Stage.with(Origin.of("s"), TraceMode.JOIN, context)).says("go");
        var asked = agent.ask();
        agent.text(asked, "done");
        var release = stage.recorded.released(asked.span());
        assertThat(release.traceId().equals(traceId)).isEqualTo(joined);
        assertThat(release.links()).hasSize(joined ? 0 : 1);
        assertThat(stage.linker.stats().joinFallbacks()).isEqualTo(joined ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"JOIN, true", "JOIN, false", "PARENT, true", "LINK, false", "IGNORE, true"})
    void j3SampledNeitherForcesNorSuppresses(TraceMode mode, boolean sampled) {
        var context = new TraceContext(CONTEXT.traceId(), CONTEXT.spanId(), sampled, "");
        var agent = stage.agent(Stage.with(Origin.of("s"), mode, context)).says("go");
        var asked = agent.ask();
        agent.text(asked, "done");
        var release = stage.recorded.released(asked.span());
        assertThat(stage.recorded.records.toString()).doesNotContain("sampled");
        assertThat(release.traceId().equals(CONTEXT.traceId()))
                .isEqualTo(mode == TraceMode.JOIN || mode == TraceMode.PARENT);
    }
}
