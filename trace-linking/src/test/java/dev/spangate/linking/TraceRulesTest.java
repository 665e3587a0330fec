package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules T1, T4 and T5: top spans, links between inferences and tools, spans told once.
final class TraceRulesTest extends RunFixture {
    private static final String LONG = "a result that is long enough to prove something";

    /// What a run may hold beside one inference.
    private enum Beside {
        NOTHING(false),
        TOOL_CALL(true),
        GUARDRAIL(true),
        SECOND_INFERENCE(true),
        PROVIDER_TOOL(true),
        ATTEMPTS(false);

        final boolean topped;

        Beside(boolean topped) {
            this.topped = topped;
        }
    }

    private static void hold(Beside beside, Stage.Agent agent, InferenceRecording asked) {
        switch (beside) {
            case NOTHING, SECOND_INFERENCE -> {}
            case TOOL_CALL -> asked.toolCall(new ToolCall(A, "search", "{}"));
            case GUARDRAIL ->
                    asked.guardrail(
                            new Guardrail("pii", "request", "mask", "masked", 1, 2, Map.of()));
            case PROVIDER_TOOL -> asked.toolCall(new ToolCall(A, "web_search", "{}", true));
            case ATTEMPTS -> {
                asked.attempt(new Attempt(1, 2, "500", Map.of()));
                asked.attempt(new Attempt(2, 3, null, Map.of()));
            }
        }
        if (beside == Beside.SECOND_INFERENCE) {
            agent.fails(asked);
            agent.retry = true;
            agent.text(agent.ask(), "done");
        } else {
            agent.text(asked, "done");
        }
    }

    @ParameterizedTest
    @EnumSource(Beside.class)
    void t1ARunHasATopSpanIffItHoldsAnythingBesideOneInference(Beside beside) {
        var agent = stage.agent("s").says("go");
        var asked = agent.ask();
        hold(beside, agent, asked);
        stage.pass(11 * 60_000);

        assertThat(tops()).hasSize(beside.topped ? 1 : 0);
        assertThat(placed(asked).parentSpanId() != null).isEqualTo(beside.topped);
        if (beside.topped) {
            var top = tops().getFirst();
            assertThat(stage.recorded.draft(top).usage()).isNull();
            assertThat(stage.recorded.draft(top).cost()).isEmpty();
            assertThat(top.parentSpanId()).isNull();
            assertThat(stage.recorded.releases())
                    .filteredOn(release -> release != top)
                    .allMatch(release -> release.traceId().equals(top.traceId()))
                    .allMatch(release -> release.parentSpanId() != null);
        }
    }

    @Test
    void t4ToolsLinkToTheInferenceThatAskedAndInferencesToTheToolsTheyConsumed() {
        var agent = stage.agent("s").says("go");
        var asking = agent.ask();
        agent.calls(
                asking,
                new ToolCall(A, "search", "{\"q\":1}"),
                new ToolCall(B, "note", "{\"q\":2}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, LONG);
        agent.result(A, LONG).result(B, "noted");
        var consuming = agent.ask();
        agent.text(consuming, "done");

        var tool = stage.recorded.released(execution.span());
        assertThat(tool.links())
                .extracting(JournalRecord.SpanLink::spanId)
                .containsExactly(asking.span().spanId());
        assertThat(tool.links().getFirst().attributes())
                .containsEntry("spangate.link.method", "arguments")
                .containsEntry("spangate.link.confidence", "certain");
        assertThat(tool.attributes()).containsEntry("gen_ai.tool.call.id", A);
        var local = stage.recorded.named("execute_tool note").getFirst();
        assertThat(local.links())
                .extracting(JournalRecord.SpanLink::spanId)
                .containsExactly(asking.span().spanId());
        assertThat(placed(consuming).links())
                .extracting(JournalRecord.SpanLink::spanId)
                .containsExactlyInAnyOrder(tool.spanId(), local.spanId());
        assertThat(placed(asking).links()).isEmpty();
    }

    @Test
    void t4AProbableLinkIsToldToTheInferenceThatConsumedItsResult() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, LONG);
        agent.result(A, "quite other words that the client made up");
        var consuming = agent.ask();
        agent.text(consuming, "done");

        assertThat(Recorded.confidence(stage.recorded.released(execution.span())))
                .isEqualTo("probable");
        assertThat(placed(consuming).links())
                .singleElement()
                .satisfies(link -> {
                    assertThat(link.spanId()).isEqualTo(execution.span().spanId());
                    assertThat(link.attributes())
                            .containsEntry("spangate.link.confidence", "probable");
                });
    }

    @Test
    void t4AProvidersToolIsCertainAndAChildOfTheTop() {
        var agent = stage.agent("s").says("go");
        var asked = agent.ask();
        asked.toolCall(new ToolCall(A, "web_search", "{\"q\":1}", true));
        asked.toolResult(new ToolResult(A, null, List.of("three pages"), true));
        agent.text(asked, "done");

        var tool = stage.recorded.named("execute_tool web_search").getFirst();
        var draft = stage.recorded.draft(tool);
        assertThat(draft.attributes()).containsEntry("spangate.tool.observed", "provider");
        assertThat(draft.output()).isEqualTo("three pages");
        assertThat(draft.error()).isTrue();
        assertThat(tool.links())
                .extracting(JournalRecord.SpanLink::spanId)
                .containsExactly(asked.span().spanId());
        assertThat(tool.parentSpanId()).isEqualTo(tops().getFirst().spanId());
        assertThat(stage.linker.stats().openCalls()).as("it is no open call").isZero();
    }

    @Test
    void t4AProvidersToolIsNoCandidateForAnExecution() {
        var agent = stage.agent("s").says("go");
        var asked = agent.ask();
        asked.toolCall(new ToolCall(A, "search", "{\"q\":1}", true));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, LONG);
        asked.toolResult(new ToolResult(A, null, List.of(LONG), false));
        agent.text(asked, "done");
        stage.pass(6_000);
        assertThat(Recorded.method(stage.recorded.released(execution.span()))).isEqualTo("none");
    }

    @Test
    void t5AClientThatLeavesGivesAWarningAndTheRunGoesOnWithItsRetry() {
        var agent = stage.agent("s").says("go");
        var left = agent.ask();
        left.firstToken();
        left.answered();
        left.close();
        left.close();
        var draft = stage.recorded.drafts().get(left.span().spanId());
        assertThat(draft.level()).isEqualTo(Level.WARNING);
        assertThat(draft.error()).isFalse();
        assertThat(draft.attributes()).containsEntry("error.type", "client_disconnected");
        assertThat(stage.linker.stats().secondEnds()).isZero();
    }

    @Test
    void t5AnAnswerIsCompleteByItsProtocolThoughTheClientLeftBeforeTheBodyEnded() {
        var agent = stage.agent("s").says("go");
        var asked = agent.ask();
        asked.answered();
        var answer = Message.text(Message.Role.ASSISTANT, "done");
        agent.history.add(answer);
        agent.end(asked, answer, "resp_1");
        asked.close();

        assertThat(stage.recorded.draft(placed(asked)).level()).isEqualTo(Level.DEFAULT);
        assertThat(stage.linker.stats().liveRuns()).isZero();
    }

    @Test
    void t5IdsAndTimesAreThoseOfTheStartHoweverLateTheReleaseComes() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        var span = execution.span();
        agent.done(execution, "ok");
        var drafted = stage.recorded.drafts().get(span.spanId());
        stage.pass(90_000);
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");

        assertThat(stage.recorded.released(span).spanId()).isEqualTo(span.spanId());
        assertThat(stage.recorded.drafts().get(span.spanId())).isEqualTo(drafted);
        assertThat(drafted.endNanos() - drafted.startNanos()).isLessThan(Stage.MS);
    }
}
