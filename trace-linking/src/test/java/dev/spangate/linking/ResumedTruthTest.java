package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a killed process knew still tells, whatever happens first after the kill.
final class ResumedTruthTest {
    private static final String A = "call_a8f3k2m9x0";

    private static final String B = "call_b7d1q4z8y2";

    private static Stage fresh() {
        var stage = new Stage().expose("/mcp", "search");
        stage.recorded.write(stage.linker.checkpoint());
        return stage;
    }

    private static Stage resumed(Stage killed) {
        var stage =
                new Stage(LinkingConfig.defaults(), killed.clock.get()).expose("/mcp", "search");
        stage.linker.resume(sinceLastCheckpoint(killed.recorded.records));
        stage.recorded.write(stage.linker.checkpoint());
        return stage;
    }

    private static List<JournalRecord> sinceLastCheckpoint(List<JournalRecord> records) {
        int last = records.size() - 1;
        while (!(records.get(last) instanceof JournalRecord.Checkpoint)) {
            last--;
        }
        return List.copyOf(records.subList(last, records.size()));
    }

    private static Stage.Agent moved(Stage.Agent agent, Stage to) {
        var moved = to.agent(agent.llm);
        moved.history.addAll(agent.history);
        return moved;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void r5AResultEchoedAfterTheIdleEndContinuesInTheSameTraceAlsoAfterKills(int kills) {
        var stage = fresh();
        var agent = stage.agent("team").says("search");
        var asking = agent.ask();
        agent.calls(asking, new ToolCall(B, "search", "{\"q\":0}"));
        agent.done(agent.execute("search", "{\"q\":0}", "callId", B), "found nothing yet");
        agent.result(B, "found nothing yet");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        agent.done(agent.execute("search", "{\"q\":1}", "callId", A), "found it in a drawer");
        for (int i = 0; i < kills; i++) {
            stage.pass(100_000);
            stage.recorded.write(stage.linker.checkpoint());
            stage = resumed(stage);
        }
        stage.pass(700_000);
        stage.pass(1_000);
        agent = moved(agent, stage);
        agent.result(A, "found it in a drawer");
        var echo = agent.ask();
        agent.text(echo, "done");
        stage.pass(1_000);

        assertThat(stage.recorded.released(echo.span()).traceId())
                .isEqualTo(asking.span().traceId());
    }

    @Test
    void aSecondKillLosesNothingThatTheFirstOneDidNot() {
        var stage = resumed(resumed(fresh()));
        assertThat(stage.linker.stats().faults()).isZero();
    }
}
