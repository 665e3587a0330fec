package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules R5 and R6 over long times: runs that pause for minutes, hours, days; what ends them and
/// what goes on with them; hand-offs.
final class PauseRulesTest extends RunFixture {
    private static final String LONG = "a result that is long enough to prove something";
    private static final long MINUTE = 60_000;

    private Stage.Agent waiting() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        agent.done(agent.execute("search", "{\"q\":1}"), LONG);
        return agent;
    }

    @ParameterizedTest
    @CsvSource({"9, 1, true", "11, 2, true", "1400, 2, true", "1500, 2, false", "6000, 2, false"})
    void r5AResultEchoedAfterMinutesHoursOrDays(int minutes, int tops, boolean sameTrace) {
        var agent = waiting();
        stage.pass(minutes * MINUTE);
        stage.pass(1);
        agent.result(A, LONG);
        var echoing = agent.ask();
        agent.calls(echoing, new ToolCall(B, "note", "{}"));
        agent.result(B, "noted");
        agent.text(agent.ask(), "done");

        assertThat(tops()).hasSize(tops);
        assertThat(placed(echoing).traceId().equals(tops().getFirst().traceId()))
                .isEqualTo(sameTrace);
        if (tops == 2 && sameTrace) {
            assertThat(tops().getLast().parentSpanId()).isEqualTo(tops().getFirst().spanId());
            assertThat(endOf(tops().getFirst())).isEqualTo("idle");
            assertThat(endOf(tops().getLast())).isEqualTo("complete");
        }
    }

    @Test
    void r5TheTopSpanEndsWithItsLastSpanNotAtTheTimeOut() {
        var agent = waiting();
        long last = stage.clock.get();
        stage.pass(11 * MINUTE);
        assertThat(agent.history).isNotEmpty();
        assertThat(stage.recorded.draft(tops().getFirst()).endNanos()).isLessThanOrEqualTo(last);
    }

    @Test
    void r5AnInferenceOrAnExecutionInFlightKeepsARunFromEndingIdle() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        stage.pass(30 * MINUTE);
        assertThat(tops()).isEmpty();
        agent.done(execution, LONG);
        agent.result(A, LONG);
        var slow = agent.ask();
        stage.pass(30 * MINUTE);
        assertThat(tops()).isEmpty();
        agent.text(slow, "done");
        assertThat(endOf(tops().getFirst())).isEqualTo("complete");
    }

    @Test
    void r5AnExecutionThatMayBeOfTwoRunsKeepsBothFromSilence() {
        var one = stage.agent("s").says("one");
        one.calls(one.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var other = stage.agent("s").says("other");
        other.calls(other.ask(), new ToolCall(B, "search", "{\"q\":1}"));
        stage.pass(8 * MINUTE);
        var execution = one.execute("search", "{\"q\":1}");
        stage.pass(4 * MINUTE);
        assertThat(tops()).isEmpty();
        one.done(execution, LONG);
        stage.pass(8 * MINUTE);
        one.result(A, LONG);
        one.text(one.ask(), "done");

        assertThat(stage.recorded.released(execution.span()).attributes())
                .containsEntry("gen_ai.tool.call.id", A)
                .containsEntry("spangate.link.confidence", "certain");
    }

    @Test
    void r5ANewTurnSupersedesTheRunWhoseLastAnswerItGoesOnFrom() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var interrupted = agent.history.size();
        agent.text(agent.says("stop, do something else").ask(), "fine");

        assertThat(agent.history).hasSizeGreaterThan(interrupted);
        assertThat(tops()).hasSize(1);
        assertThat(endOf(tops().getFirst())).isEqualTo("superseded");
    }

    @Test
    void r5ABranchSupersedesNothing() {
        var agent = stage.agent("s");
        agent.text(agent.says("one").ask(), "first answer");
        agent.says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var branch = stage.agent("s");
        branch.history.addAll(agent.history.subList(0, 2));
        branch.text(branch.says("something else").ask(), "fine");

        assertThat(tops()).as("the run with the open call goes on").isEmpty();
        assertThat(stage.linker.stats().liveRuns()).isEqualTo(1);
    }

    @Test
    void r5AWarningOnlyWhereTheLastStepFailed() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        agent.broke(agent.execute("search", "{}", "callId", A), "out of order");
        agent.result(A, "out of order");
        agent.text(agent.ask(), "it is out of order");
        var recovered = stage.recorded.draft(tops().getFirst());
        assertThat(recovered.level()).isEqualTo(Level.DEFAULT);

        var other = stage.agent("s").says("go once more");
        other.calls(other.ask(), new ToolCall(B, "search", "{}"));
        other.broke(other.execute("search", "{}", "callId", B), "out of order");
        stage.pass(11 * MINUTE);
        assertThat(stage.recorded.draft(tops().getLast()).level()).isEqualTo(Level.WARNING);
    }

    @Test
    void r5ARunWithoutAFinalAnswerShowsItsLastCompleteOne() {
        var agent = stage.agent("s").says("go");
        var asking = agent.ask();
        agent.calls(asking, new ToolCall(A, "search", "{}"));
        agent.result(A, "found");
        agent.fails(agent.ask());
        stage.pass(11 * MINUTE);

        var top = stage.recorded.draft(tops().getFirst());
        assertThat(top.outputFrom()).isEqualTo(asking.span().spanId());
        assertThat(top.inputFrom()).isEqualTo(asking.span().spanId());
        assertThat(top.level()).isEqualTo(Level.WARNING);
    }

    @Test
    void r5ShutdownEndsNoRun() {
        waiting();
        int written = stage.recorded.records.size();
        stage.linker.close();
        assertThat(stage.recorded.records).hasSize(written);
        assertThat(tops()).isEmpty();
    }

    @Test
    void r4AHandOffIsAnOrdinaryToolCallWhoseResultIsEchoed() {
        var agent = stage.agent("s").system("You take calls.").says("my bill is wrong");
        var asking = agent.ask();
        agent.calls(asking, new ToolCall(A, "transfer_to_billing", "{}"));
        agent.history.removeFirst();
        agent.history.addFirst(Message.text(Message.Role.SYSTEM, "You know all about bills."));
        agent.result(A, "{\"assistant\": \"billing\"}");
        var taken = agent.ask();
        agent.text(taken, "I have corrected it");

        assertThat(tops()).hasSize(1);
        assertThat(placed(taken).parentSpanId()).isEqualTo(placed(asking).parentSpanId());
        assertThat(stage.recorded.named("execute_tool transfer_to_billing")).hasSize(1);
    }

    @Test
    void r6ACallIsNoCandidateAfterItsResultWasEchoed() {
        var agent = waiting();
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        var late = agent.execute("search", "{\"q\":1}");
        agent.done(late, "other");
        stage.pass(6_000);
        var release = stage.recorded.released(late.span());
        assertThat(release.attributes())
                .isEqualTo(Map.of("spangate.link.method", "none", "spangate.link.candidates", 0L));
        assertThat(List.of(release.links())).containsExactly(List.of());
    }
}
