package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules R5, R6, T2 and T5 through the facade.
final class RunEndRulesTest extends RunFixture {
    @Test
    void r5ARunWithOpenCallsEndsWhenIdleAndALateResultContinuesInItsTrace() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "approve", "{}"));
        stage.pass(9 * 60_000);
        assertThat(tops()).isEmpty();
        stage.pass(61_000);
        assertThat(tops()).hasSize(1);
        assertThat(endOf(tops().getFirst())).isEqualTo("idle");
        var draft = stage.recorded.draft(tops().getFirst());
        assertThat(draft.endNanos()).isLessThan(stage.clock.get() - 60_000 * Stage.MS);
        assertThat(draft.level()).isEqualTo(Level.DEFAULT);

        stage.pass(3_600_000);
        agent.result(A, "approved");
        var late = agent.ask();
        agent.text(late, "done");
        assertThat(late.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(tops()).hasSize(2);
        assertThat(tops().get(1).parentSpanId()).isEqualTo(tops().getFirst().spanId());
        assertThat(placed(late).parentSpanId()).isEqualTo(tops().get(1).spanId());
    }

    @Test
    void r5AFailedLastStepWarns() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "local", "{}"));
        agent.result(A, "ok");
        agent.fails(agent.ask());
        stage.pass(11 * 60_000);
        assertThat(stage.recorded.draft(tops().getFirst()).level()).isEqualTo(Level.WARNING);
        assertThat(stage.recorded.draft(tops().getFirst()).outputFrom()).isNotNull();
    }

    @Test
    void r6ANextInferenceOfTheThreadWithoutTheResultClosesTheCall() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "local", "{}"), new ToolCall(B, "local", "{}"));
        agent.result(B, "ok");
        agent.text(agent.ask(), "done");
        assertThat(stage.linker.stats().openCalls()).isZero();
        assertThat(tops()).hasSize(1);
    }

    @Test
    void r6ACallOfABrokenAnswerIsACandidate() {
        var agent = stage.agent("s").says("go");
        var broken = agent.ask();
        broken.toolCall(new ToolCall(A, "search", "{}"));
        broken.close();
        var execution = agent.execute("search", "{}", "callId", A);
        agent.done(execution, "ok");
        assertThat(Recorded.method(stage.recorded.released(execution.span()))).isEqualTo("call-id");
        assertThat(stage.recorded.draft(placed(broken)).attributes())
                .containsEntry("error.type", "client_disconnected");
    }

    @Test
    void t2GuardrailsAttemptsAndProviderToolsAreSpansOfTheRun() {
        var agent = stage.agent("s").says("go");
        var only = agent.ask();
        long now = stage.clock.get();
        only.guardrail(
                new Guardrail("pii", "request", "mask", "masked email:1", now, now + 5, Map.of()));
        only.attempt(new Attempt(now, now + 1, "503", Map.of()));
        only.attempt(new Attempt(now + 2, now + 3, null, Map.of()));
        only.toolCall(new ToolCall("srvtoolu_1", "web_search", "{\"q\":1}", true));
        only.toolResult(new ToolResult("srvtoolu_1", null, List.of("found"), false));
        agent.text(only, "done");
        assertThat(tops()).hasSize(1);
        String top = tops().getFirst().spanId();
        assertThat(stage.recorded.named("guardrail pii").getFirst().parentSpanId()).isEqualTo(top);
        assertThat(stage.recorded.named("POST"))
                .hasSize(2)
                .allMatch(r -> r.parentSpanId().equals(only.span().spanId()));
        var tool = stage.recorded.named("execute_tool web_search").getFirst();
        assertThat(stage.recorded.draft(tool).output()).isEqualTo("found");
        assertThat(tool.links())
                .singleElement()
                .satisfies(link -> assertThat(link.spanId()).isEqualTo(only.span().spanId()));
    }

    @Test
    void t5ASecondEndIsIgnoredAndCounted() {
        var agent = stage.agent("s").says("go");
        var only = agent.ask();
        agent.text(only, "done");
        only.close();
        agent.text(only, "again");
        assertThat(stage.linker.stats().secondEnds()).isEqualTo(1);
        assertThat(stage.recorded.releases()).hasSize(1);
    }
}
