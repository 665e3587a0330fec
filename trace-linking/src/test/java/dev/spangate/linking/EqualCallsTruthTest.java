package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Equal calls of one answer, of which only some go through us (rules L1, L8).
final class EqualCallsTruthTest {
    private final Stage stage = new Stage().expose("/mcp", "search");

    @Test
    void oneUserMessageThatTellsSeveralResultsProvesNoneOfThem() {
        var agent = stage.agent("team").says("search twice");
        String first = "call_a8f3k2m9x0";
        String second = "call_b7d1q4z8y2";
        agent.calls(
                agent.ask(),
                new ToolCall(first, "search", "{\"q\":1}"),
                new ToolCall(second, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, "ok");
        agent.says("Result of " + first + ":\nThe user refused.\n\nResult of " + second + ":\nok");
        agent.text(agent.ask(), "done");

        var link = stage.recorded.released(execution.span());
        assertThat(Recorded.confidence(link)).isEqualTo("probable");
        assertThat(link.attributes()).containsEntry("spangate.link.call", "by-order");
    }

    @Test
    void anExecutionThatWasReleasedUnlinkedBeforeAKillIsNotInferredToBeLocalAfterIt() {
        stage.recorded.write(stage.linker.checkpoint());
        var agent = stage.agent("team").says("search");
        agent.calls(agent.ask(), new ToolCall("call_a8f3k2m9x0", "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":\"changed by the client\"}");
        agent.done(execution, "ok");
        stage.pass(700_000);
        stage.recorded.released(execution.span());
        stage.recorded.write(stage.linker.checkpoint());

        var after = new Stage(LinkingConfig.defaults(), stage.clock.get()).expose("/mcp", "search");
        after.linker.resume(List.copyOf(stage.recorded.records));
        var moved = after.agent("team");
        moved.history.addAll(agent.history);
        moved.result("call_a8f3k2m9x0", "ok");
        moved.text(moved.ask(), "done");

        assertThat(after.recorded.named("execute_tool")).isEmpty();
    }

    @Test
    void whereOrderAloneTellsWhichOfEqualCallsWasExecutedNoneIsInferredToBeLocal() {
        var agent = stage.agent("team").says("search twice");
        agent.calls(
                agent.ask(),
                new ToolCall("call_a8f3k2m9x0", "search", "{\"q\":1}"),
                new ToolCall("call_b7d1q4z8y2", "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, "ok");
        agent.result("call_a8f3k2m9x0", "from the client's own cache");
        agent.result("call_b7d1q4z8y2", "summarised by the client");
        agent.text(agent.ask(), "done");

        var link = stage.recorded.released(execution.span());
        assertThat(link.attributes()).containsEntry("spangate.link.call", "by-order");
        assertThat(stage.recorded.named("execute_tool")).isEmpty();
    }
}
