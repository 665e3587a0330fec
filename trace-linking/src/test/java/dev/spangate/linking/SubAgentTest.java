package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rule R4: a sub-agent is a run of its own below the tool call that it works for.
final class SubAgentTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String TASK =
            "Find every use of the old name in the sources and list the files.";

    private final Stage stage = new Stage().expose("/mcp", "search");

    private static ToolCall task(String id, String text) {
        return new ToolCall(id, "Task", "{\"prompt\":\"" + text + "\",\"kind\":\"explore\"}");
    }

    private Stage.Agent parent(ToolCall... calls) {
        var agent = stage.agent("s").system("You plan.").says("Rename it everywhere, please.");
        agent.calls(agent.ask(), calls);
        return agent;
    }

    private JournalRecord.Release only(String name) {
        var found = stage.recorded.named(name);
        assertThat(found).as(stage.recorded.toString()).hasSize(1);
        return found.getFirst();
    }

    private String trace() {
        return stage.recorded.named("chat").getFirst().traceId();
    }

    @Test
    void r4ASubAgentGoesBelowTheLocalToolThatStandsForIt() {
        var parent = parent(task(A, TASK));
        var child = stage.agent("s").system("You explore.").says(TASK);
        var answer = child.ask();
        assertThat(answer.span().traceId()).isEqualTo(trace());
        child.text(answer, "In three files.");
        assertThat(stage.recorded.named("invoke_agent")).isEmpty();
        parent.result(A, "In three files.");
        parent.text(parent.ask(), "Done.");
        var tool = only("execute_tool Task");
        var tops = stage.recorded.named("invoke_agent");
        assertThat(tops).hasSize(2);
        assertThat(tops.getFirst().parentSpanId()).isEqualTo(tool.spanId());
        assertThat(stage.recorded.released(answer.span()).parentSpanId())
                .isEqualTo(tops.getFirst().spanId());
        assertThat(tops.getFirst().run().sessionId()).isEqualTo(tops.getLast().run().sessionId());
    }

    @Test
    void r4ClientTagsAndAWrappingOfAtMostHalfDoNotHide() {
        for (var message :
                List.of(
                        "<system-reminder>\nBe brief.\n</system-reminder>\n" + TASK,
                        "Your task: " + TASK + " Report back.")) {
            var stage = new Stage().expose("/mcp", "search");
            var parent = stage.agent("s").says("Rename it everywhere, please.");
            var first = parent.ask();
            parent.calls(first, task(A, TASK));
            var child = stage.agent("s").says(message);
            assertThat(child.ask().span().traceId()).as(message).isEqualTo(first.span().traceId());
        }
    }

    @Test
    void r4WithoutATellingEchoTheSubAgentGoesBelowTheRunsTopSpan() {
        var parent = parent(task(A, TASK));
        var child = stage.agent("s").says(TASK);
        child.text(child.ask(), "In three files.");
        parent.history.add(Message.text(Message.Role.USER, "Never mind."));
        parent.text(parent.ask(), "Fine.");
        stage.pass(11 * 60_000);
        var tops = stage.recorded.named("invoke_agent");
        assertThat(tops).hasSize(2);
        assertThat(tops)
                .anySatisfy(top ->
                        assertThat(tops.stream().map(JournalRecord.Release::spanId))
                                .contains(top.parentSpanId()));
    }

    @Test
    void r4NoSubAgentWhereTheUserSaidTheTask() {
        var agent = stage.agent("s").says(TASK);
        var first = agent.ask();
        agent.calls(first, task(A, TASK));
        var other = stage.agent("s").says(TASK);
        assertThat(other.ask().span().traceId()).isNotEqualTo(first.span().traceId());
    }

    @Test
    void r4NoSubAgentWhereTwoOpenCallsHaveTheTask() {
        parent(task(A, TASK), task(B, TASK));
        var child = stage.agent("s").says(TASK);
        assertThat(child.ask().span().traceId()).isNotEqualTo(trace());
    }

    @Test
    void r4NoSubAgentOfATextTooShortOfAToolOfOursOrOfAnotherSession() {
        var shortTask = "Find it all.";
        parent(task(A, shortTask), new ToolCall(B, "search", "{\"q\":\"" + TASK + "\"}"));
        assertThat(stage.agent("s").says(shortTask).ask().span().traceId()).isNotEqualTo(trace());
        assertThat(stage.agent("s").says(TASK).ask().span().traceId()).isNotEqualTo(trace());
        var stage2 = new Stage();
        var agent = stage2.agent(Stage.with(Origin.of("s"), "one", Map.of(), null)).says("plan it");
        var first = agent.ask();
        agent.calls(first, task(A, TASK));
        var child = stage2.agent(Stage.with(Origin.of("s"), "two", Map.of(), null)).says(TASK);
        assertThat(child.ask().span().traceId()).isNotEqualTo(first.span().traceId());
    }

    @Test
    void r4ASubAgentsOwnContextBecomesALink() {
        var parent = parent(task(A, TASK));
        var context =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        var child = stage.agent(Stage.with(Origin.of("s"), null, Map.of(), context)).says(TASK);
        var answer = child.ask();
        child.text(answer, "In three files.");
        parent.result(A, "In three files.");
        parent.text(parent.ask(), "Done.");
        assertThat(answer.span().traceId()).isNotEqualTo(context.traceId());
        assertThat(stage.recorded.named("invoke_agent").getFirst().links())
                .anyMatch(link -> link.spanId().equals(context.spanId()));
    }

    @Test
    void r4AnExecutedCallIsTheParentToo() {
        stage.expose("/mcp", "search", "other");
        var parent = parent(task(A, TASK));
        var execution = parent.execute("run_task", "{\"p\":1}");
        var child = stage.agent("s").says(TASK);
        child.text(child.ask(), "In three files.");
        parent.done(execution, "In three files.");
        parent.result(A, "In three files.");
        parent.text(parent.ask(), "Done.");
        assertThat(only("execute_tool Task").spanId())
                .isEqualTo(stage.recorded.named("invoke_agent").getFirst().parentSpanId());
    }
}
