package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A killed process: what was recorded is taken up again, nothing twice, nothing left without its
/// parent, nothing probable in the gap.
final class ResumeTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String TASK =
            "Find every use of the old name in the sources and list them.";
    private static final String LONG = "a result that is long enough to prove something";

    private static Stage resumed(Stage killed, List<JournalRecord> stored) {
        var stage = new Stage(LinkingConfig.defaults(), killed.clock.get() + 50 * Stage.MS);
        stage.expose("/mcp", "search");
        stage.recorded.records.addAll(stored);
        stage.linker.resume(stored);
        assertThat(stage.linker.stats().faults()).isZero();
        return stage;
    }

    private static Stage fresh() {
        var stage = new Stage().expose("/mcp", "search");
        stage.recorded.write(stage.linker.checkpoint());
        return stage;
    }

    /// An agent goes on in another process with the history it has.
    private static Stage.Agent moved(Stage.Agent agent, Stage to) {
        var moved = to.agent(agent.llm);
        moved.history.addAll(agent.history);
        return moved;
    }

    private static void assertWhole(Stage stage) {
        Set<String> released = new HashSet<>();
        Set<String> gone = new HashSet<>();
        for (var entry : stage.recorded.records) {
            if (entry instanceof JournalRecord.Release release) {
                assertThat(released.add(release.spanId()))
                        .as("%s released once\n%s", release, stage.recorded)
                        .isTrue();
            } else if (entry instanceof JournalRecord.Withdrawn withdrawn) {
                gone.add(withdrawn.spanId());
            }
        }
        for (var draft : stage.recorded.drafts().values()) {
            assertThat(released.contains(draft.spanId()) ^ gone.contains(draft.spanId()))
                    .as("%s is released or withdrawn\n%s", draft.name(), stage.recorded)
                    .isTrue();
        }
        for (var release : stage.recorded.releases()) {
            if (release.parentSpanId() != null && !release.remoteParent()) {
                assertThat(released)
                        .as(
                                "the parent of %s came\n%s",
                                stage.recorded.draft(release).name(), stage.recorded)
                        .contains(release.parentSpanId());
            }
        }
    }

    /// Everything at once: tools of ours, local ones, a sub-agent, a guardrail, questions, a retry.
    private static void busyHour(Stage stage) {
        var agent = stage.agent("s").system("You plan.").says("Go.");
        agent.fails(agent.ask());
        agent.retry = true;
        agent.calls(
                agent.ask(),
                new ToolCall(A, "search", "{\"q\":1}"),
                new ToolCall(B, "Task", "{\"prompt\":\"" + TASK + "\"}"));
        var stranger = stage.agent("s");
        var foreign = stranger.execute("search", "{\"q\":7}");
        foreign.guardrail(new Guardrail("pii", "request", "mask", "masked", 1, 2, Map.of()));
        question(foreign);
        stranger.done(foreign, "foreign");
        var execution = agent.execute("search", "{\"q\":1}");
        question(execution);
        agent.done(execution, LONG);
        var child = stage.agent("s").says(TASK);
        var asked = child.ask();
        asked.guardrail(new Guardrail("pii", "request", "mask", "masked", 1, 2, Map.of()));
        child.text(asked, "found");
        agent.result(A, LONG).result(B, "found");
        agent.text(agent.ask(), "done");
        agent.text(agent.says("more").ask(), "sure");
    }

    private static void question(ToolRecording execution) {
        execution
                .child(
                        new OperationStart(
                                Origin.of("s"), "roots/list", true, Level.DEFAULT, null, Map.of()))
                .end(new Outcome.Completed(), "{}", Map.of());
    }

    @Test
    void aKillAfterAnyRecordLosesNothingAndLeavesNoOrphans() {
        var whole = fresh();
        busyHour(whole);
        var records = List.copyOf(whole.recorded.records);
        assertThat(records.size()).isGreaterThan(15);
        for (int kept = 1; kept <= records.size(); kept++) {
            var stage = resumed(whole, records.subList(0, kept));
            stage.pass(11 * 60_000);
            stage.pass(11 * 60_000);
            assertWhole(stage);
        }
    }

    @Test
    void aCheckpointIsWorthTheRecordsBeforeIt() {
        var whole = fresh();
        busyHour(whole);
        var records = new ArrayList<>(whole.recorded.records);
        var checkpoint = whole.linker.checkpoint();
        records.add(checkpoint);
        var stage = resumed(whole, records);
        assertThat(stage.linker.checkpoint().json().replaceAll("\"at\":\\d+", ""))
                .contains("\"ended\":true");
        stage.pass(11 * 60_000);
        assertWhole(stage);
        var only = new Stage(LinkingConfig.defaults(), whole.clock.get()).expose("/mcp", "search");
        only.linker.resume(List.of(checkpoint));
        assertThat(only.linker.stats().faults()).isZero();
        assertThat(only.linker.stats().openCalls()).isEqualTo(whole.linker.stats().openCalls());
    }

    @Test
    void aRunGoesOnAfterAKillInTheMiddleOfItsSecondToolCall() {
        var stage = fresh();
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(
                first,
                new ToolCall(A, "search", "{\"q\":1}"),
                new ToolCall(B, "search", "{\"q\":2}"));
        var done = agent.execute("search", "{\"q\":1}", "callId", A);
        agent.done(done, "one");
        agent.execute("search", "{\"q\":2}", "callId", B);

        var next = resumed(stage, List.copyOf(stage.recorded.records));
        var again = moved(agent, next);
        var repeated = again.execute("search", "{\"q\":2}", "callId", B);
        again.done(repeated, "two");
        again.result(A, "one").result(B, "two");
        var last = again.ask();
        again.text(last, "done");

        assertWhole(next);
        assertThat(last.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(next.recorded.named("invoke_agent")).hasSize(1);
        assertThat(Recorded.method(next.recorded.released(repeated.span()))).isEqualTo("call-id");
        assertThat(next.recorded.named("execute_tool")).isEmpty();
        assertThat(next.recorded.released(last.span()).links()).hasSize(2);
    }

    @Test
    void aHeldExecutionIsConfirmedByAnEchoAfterTheKillOnlyWithoutElimination() {
        var stage = fresh();
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, LONG);
        var next = resumed(stage, List.copyOf(stage.recorded.records));
        var again = moved(agent, next);
        again.result(A, LONG);
        again.text(again.ask(), "done");
        assertWhole(next);
        assertThat(Recorded.method(next.recorded.released(execution.span()))).isEqualTo("none");
        assertThat(next.recorded.named("execute_tool")).isEmpty();
    }

    @Test
    void conversationsAndLateResultsSurvive() {
        var stage = fresh();
        var agent = stage.agent("s").says("hi");
        var first = agent.ask();
        agent.text(first, "hello");
        var waiting = stage.agent("s").says("approve this");
        var asked = waiting.ask();
        waiting.calls(asked, new ToolCall(A, "approve", "{}"));
        stage.pass(11 * 60_000);
        var records = new ArrayList<>(stage.recorded.records);
        records.add(stage.linker.checkpoint());
        var next = resumed(stage, records);
        var again = moved(agent, next);
        var second = again.says("more").ask();
        again.text(second, "yes");
        assertThat(next.recorded.released(second.span()).run().sessionId())
                .isEqualTo(stage.recorded.released(first.span()).run().sessionId());
        var late = moved(waiting, next);
        late.result(A, "approved");
        var answer = late.ask();
        late.text(answer, "done");
        assertThat(answer.span().traceId()).isEqualTo(asked.span().traceId());
        assertWhole(next);
    }

    @Test
    void aRecordThatCannotBeReadIsCountedAndLeftOut() {
        var stage = fresh();
        busyHour(stage);
        var records = new ArrayList<>(stage.recorded.records);
        records.add(
                2,
                new JournalRecord.State(
                        "inference", "x", "{\"kind\":\"inference\",\"scope\":\"s\"}"));
        records.add(3, new JournalRecord.State("inference", "x", "not json"));
        var next = new Stage();
        next.recorded.records.addAll(records);
        next.linker.resume(records);
        assertThat(next.linker.stats().faults()).isEqualTo(1);
        next.pass(11 * 60_000);
        assertWhole(next);
    }

    @Test
    void withoutACheckpointTheFirstRecordTellsTheKey() {
        var stage = new Stage();
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var next = new Stage();
        next.linker.resume(List.copyOf(stage.recorded.records));
        assertThat(next.linker.stats().liveRuns()).isEqualTo(1);
        assertThat(next.linker.stats().openCalls()).isEqualTo(1);
    }
}
