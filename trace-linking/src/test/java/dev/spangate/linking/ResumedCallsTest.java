package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A kill while an answer still streams: its calls stand in no record yet, though its client has
/// acted on them.
final class ResumedCallsTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String TASK =
            "Find every use of the old name in the sources and list them.";

    private final Stage killed = started();

    private static Stage started() {
        var stage = new Stage().expose("/mcp", "search");
        stage.recorded.write(stage.linker.checkpoint());
        return stage;
    }

    private static Stage resumed(Stage killed) {
        var stage =
                new Stage(LinkingConfig.defaults(), killed.clock.get()).expose("/mcp", "search");
        stage.recorded.records.addAll(killed.recorded.records);
        stage.linker.resume(List.copyOf(killed.recorded.records));
        assertThat(stage.linker.stats().faults()).isZero();
        return stage;
    }

    private static Stage.Agent moved(Stage.Agent agent, Stage to) {
        var moved = to.agent(agent.llm);
        moved.history.addAll(agent.history);
        return moved;
    }

    private static List<JournalRecord.Release> roots(Stage stage) {
        return stage.recorded.releases().stream().filter(r -> r.parentSpanId() == null).toList();
    }

    private static JournalRecord.Release top(Stage stage, int index) {
        return stage.recorded.named("invoke_agent").get(index);
    }

    @Test
    void r4ASubAgentThatBeganBeforeItsCallsAnswerEndedStaysBelowIt() {
        var agent = killed.agent("s").says("Go.");
        var asking = agent.ask();
        asking.toolCall(new ToolCall(A, "Task", "{\"prompt\":\"" + TASK + "\"}"));
        asking.answered();
        var child = killed.agent("s").says(TASK);
        var delegated = child.ask();
        agent.answer(
                asking,
                new Message(
                        Message.Role.ASSISTANT,
                        List.of(),
                        List.of(new ToolCall(A, "Task", "{\"prompt\":\"" + TASK + "\"}")),
                        List.of(),
                        ""));
        child.calls(delegated, new ToolCall(B, "search", "{\"q\":1}"));

        var stage = resumed(killed);
        child = moved(child, stage).result(B, "three of them");
        child.text(child.ask(), "three places");
        agent = moved(agent, stage).result(A, "three places");
        agent.text(agent.ask(), "done");
        stage.pass(11 * 60_000);

        assertThat(roots(stage)).hasSize(1);
        assertThat(stage.recorded.named("execute_tool Task")).hasSize(1);
        assertThat(stage.recorded.named("invoke_agent"))
                .filteredOn(r -> r.parentSpanId() != null)
                .extracting(JournalRecord.Release::parentSpanId)
                .containsExactly(stage.recorded.named("execute_tool Task").getFirst().spanId());
    }

    @Test
    void r4ASubAgentWhoseCallDiedWithItsAnswerIsBelowTheRunsTopSpan() {
        var agent = killed.agent("s").says("Go.");
        var asking = agent.ask();
        asking.toolCall(new ToolCall(A, "Task", "{\"prompt\":\"" + TASK + "\"}"));
        asking.answered();
        var child = killed.agent("s").says(TASK);
        child.text(child.ask(), "three places");

        var stage = resumed(killed);
        stage.pass(11 * 60_000);
        stage.pass(11 * 60_000);

        assertThat(stage.recorded.named("chat")).hasSize(1);
        assertThat(roots(stage)).hasSize(1);
        assertThat(stage.recorded.named("invoke_agent")).hasSize(2);
        var root = roots(stage).getFirst();
        var below = stage.recorded.named("invoke_agent").stream().filter(r -> r != root).toList();
        assertThat(below)
                .extracting(JournalRecord.Release::parentSpanId)
                .containsExactly(root.spanId());
        assertThat(stage.recorded.draft(root).startNanos())
                .isLessThanOrEqualTo(stage.recorded.draft(below.getFirst()).endNanos());
    }

    @Test
    void r1AResultThatWasBroughtBeforeItsCallWasRecordedIsNotAwaitedAnyMore() {
        var agent = killed.agent("s").says("Go.");
        var asking = agent.ask();
        var call = new ToolCall("call_0", "search", "{\"q\":1}");
        asking.toolCall(call);
        asking.answered();
        var answer = new Message(Message.Role.ASSISTANT, List.of(), List.of(call), List.of(), "");
        var history = new ArrayList<>(agent.history);
        history.add(answer);
        agent.history.add(answer);
        agent.end(asking, answer, null);
        agent.result("call_0", "ok");
        agent.text(agent.ask(), "done");

        var stage = resumed(killed);
        var again = stage.agent(agent.llm);
        again.history.addAll(agent.history.subList(0, 3));
        again.text(again.ask(), "done once more");
        stage.pass(11 * 60_000);

        assertThat(top(stage, 0).traceId()).isEqualTo(asking.span().traceId());
        assertThat(stage.recorded.releases())
                .filteredOn(r -> !r.traceId().equals(asking.span().traceId()))
                .hasSize(1);
    }

    @Test
    void l5CallsOfTwoAnswersAreReadBackInTheOrderInWhichTheyWereIssued() {
        var first = killed.agent("s").says("one");
        var second = killed.agent("s").says("two");
        var early = first.ask();
        var late = second.ask();
        late.toolCall(new ToolCall(B, "search", "{\"q\":2}"));
        var execution = killed.agent("s").execute("search", "{\"q\":3}");
        killed.agent("s").done(execution, "short");
        early.toolCall(new ToolCall(A, "search", "{\"q\":1}"));
        first.calls(early);
        second.calls(late);

        killed.recorded.write(killed.linker.checkpoint());
        var stage = resumed(killed);
        stage.pass(6_000);
        assertThat(stage.recorded.release(execution.span().spanId()))
                .as("held until the call that was open at its start is closed")
                .isEmpty();
        second = moved(second, stage).result(B, "other words");
        second.text(second.ask(), "done");
        assertThat(Recorded.method(stage.recorded.released(execution.span()))).isEqualTo("none");
    }
}
