package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Two agents under one key say the same words and their model numbers its calls from `call_0`: an
/// echo belongs to the one that is answered by it, never to the other (rule R1).
final class SameWordsTruthTest {
    private static final ToolCall CALL = new ToolCall("call_0", "search", "{\"q\":1}");

    private final Stage stage = new Stage().expose("/mcp", "search");

    private Stage.Agent asked() {
        var agent = stage.agent("team").says("the usual, please");
        agent.calls(agent.ask(), CALL);
        return agent;
    }

    private ToolRecording executes(Stage.Agent agent, String text) {
        var execution = agent.execute("search", CALL.arguments());
        agent.done(execution, text);
        return execution;
    }

    private List<String> consumed(InferenceRecording inference) {
        return stage.recorded.released(inference.span()).links().stream()
                .map(JournalRecord.SpanLink::spanId)
                .toList();
    }

    @Test
    void aResultFurtherBackIsNotTakenForTheEchoThatAnotherAgentOwes() {
        var one = asked();
        var first = executes(one, "ok");
        one.result("call_0", "ok");
        one.calls(one.ask(), new ToolCall("call_0", "search", "{\"q\":2}"));
        var other = asked();
        var second = executes(other, "another answer of the tool");
        one.result("call_0", "ok again");
        var last = one.ask();
        one.text(last, "done");

        assertThat(consumed(last)).doesNotContain(second.span().spanId(), first.span().spanId());
        assertThat(stage.recorded.release(second.span().spanId())).isEmpty();
        other.result("call_0", "another answer of the tool");
        var echo = other.ask();
        other.text(echo, "done");
        assertThat(consumed(echo)).contains(second.span().spanId());
    }

    @Test
    void anAnswerMadeAnewIsNotTakenForTheEchoThatAnotherAgentOwes() {
        var one = asked();
        executes(one, "the answer of the tool");
        one.result("call_0", "the answer of the tool");
        var input = List.copyOf(one.history);
        var answered = one.ask();
        one.text(answered, "done");
        var other = asked();
        var pending = executes(other, "quite another answer");
        one.history.clear();
        one.history.addAll(input);
        var anew = one.ask();
        one.text(anew, "done again");

        assertThat(consumed(anew)).doesNotContain(pending.span().spanId());
        assertThat(stage.recorded.released(anew.span()).traceId())
                .isNotEqualTo(stage.recorded.released(answered.span()).traceId());
        assertThat(stage.recorded.release(pending.span().spanId())).isEmpty();
    }
}
