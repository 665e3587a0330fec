package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules R1 to R3 and T1 through the facade.
final class RunRulesTest extends RunFixture {
    @Test
    void t1AnInferenceAloneHasNoTopSpan() {
        var agent = stage.agent("s").says("hi");
        var only = agent.ask();
        agent.text(only, "hello");
        assertThat(tops()).isEmpty();
        assertThat(placed(only).parentSpanId()).isNull();
        assertThat(placed(only).draft()).isNotNull();
        assertThat(placed(only).keptFor()).isNull();
    }

    @Test
    void t1AFailedFirstInferenceWaitsThirtySecondsForItsRetry() {
        var agent = stage.agent("s").says("hi");
        var failed = agent.ask();
        agent.fails(failed);
        stage.pass(29_000);
        assertThat(stage.recorded.release(failed.span().spanId())).isEmpty();
        stage.pass(1_100);
        assertThat(placed(failed).parentSpanId()).isNull();
        assertThat(stage.recorded.draft(placed(failed)).level()).isEqualTo(Level.ERROR);
        assertThat(stage.linker.stats().liveRuns()).isZero();
    }

    @Test
    void r3AFirstInferenceIsRetriedOnlyWithARetryHeaderAndEqualBytes() {
        var agent = stage.agent("s").says("hi");
        var failed = agent.ask();
        agent.fails(failed);
        agent.retry = true;
        var retry = agent.ask();
        agent.text(retry, "hello");
        assertThat(retry.span().traceId()).isEqualTo(failed.span().traceId());
        assertThat(tops()).hasSize(1);
        assertThat(placed(failed).parentSpanId()).isEqualTo(tops().getFirst().spanId());

        var other = stage.agent("s").says("hello there");
        var broken = other.ask();
        other.fails(broken);
        var again = other.ask();
        other.text(again, "hello");
        assertThat(again.span().traceId()).isNotEqualTo(broken.span().traceId());
        assertThat(placed(again).run().sessionId()).isNotEqualTo(placed(failed).run().sessionId());
    }

    @Test
    void r3ALaterInferenceIsRetriedWithoutAnyHeader() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "local", "{}"));
        agent.result(A, "ok");
        agent.fails(agent.ask());
        var retry = agent.ask();
        agent.text(retry, "done");
        assertThat(retry.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(tops()).hasSize(1);
        assertThat(stage.recorded.named("execute_tool")).hasSize(1);
    }

    @Test
    void r3ARegeneratedAnswerIsABranchOfTheSameConversation() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "local", "{}"));
        agent.result(A, "ok");
        var before = List.copyOf(agent.history);
        var answer = agent.ask();
        agent.text(answer, "done");
        agent.history.clear();
        agent.history.addAll(before);
        var again = agent.ask();
        agent.text(again, "done otherwise");
        assertThat(again.span().traceId()).isNotEqualTo(first.span().traceId());
        assertThat(placed(again).run().sessionId()).isEqualTo(placed(answer).run().sessionId());
    }

    @Test
    void r1ACountedIdIsToldByTheMessagesBeforeIt() {
        var one = stage.agent("s").says("first task");
        var two = stage.agent("s").says("second task");
        var first = one.ask();
        var second = two.ask();
        one.calls(first, new ToolCall("call_0", "local", "{}"));
        two.calls(second, new ToolCall("call_0", "local", "{}"));
        one.result("call_0", "1");
        two.result("call_0", "2");
        var afterTwo = two.ask();
        var afterOne = one.ask();
        assertThat(afterOne.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(afterTwo.span().traceId()).isEqualTo(second.span().traceId());
    }

    @Test
    void r1ACountedIdOfTwoEqualAnswersIsAmbiguousAndClosesNothing() {
        var one = stage.agent("s").says("same");
        var two = stage.agent("s").says("same");
        var first = one.ask();
        var second = two.ask();
        one.calls(first, new ToolCall("call_0", "local", "{}"));
        two.calls(second, new ToolCall("call_0", "local", "{}"));
        one.result("call_0", "1");
        var after = one.ask();
        assertThat(after.span().traceId()).isNotIn(first.span().traceId(), second.span().traceId());
        assertThat(stage.linker.stats().openCalls()).isEqualTo(2);
        assertThat(tops()).isEmpty();
    }

    @Test
    void r1CountedIdsOfStepAfterStepContinueTheRun() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall("call_0", "local", "{}"));
        agent.result("call_0", "1");
        agent.calls(agent.ask(), new ToolCall("call_0", "local", "{\"n\":2}"));
        agent.result("call_0", "2");
        var last = agent.ask();
        agent.text(last, "done");
        assertThat(last.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(tops()).hasSize(1);
        assertThat(stage.recorded.named("execute_tool")).hasSize(2);
    }

    @Test
    void r1MissingIdsAreToldByNameAndPosition() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(null, "alpha", "{}"), new ToolCall(null, "beta", "{}"));
        agent.history.add(
                new Message(
                        Message.Role.USER,
                        List.of(),
                        List.of(),
                        List.of(
                                new ToolResult(null, "beta", List.of("b"), false),
                                new ToolResult(null, "alpha", List.of("a"), false)),
                        ""));
        var next = agent.ask();
        agent.text(next, "done");
        assertThat(next.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(stage.recorded.named("execute_tool alpha").getFirst())
                .satisfies(r -> assertThat(stage.recorded.draft(r).output()).isEqualTo("a"));
    }

    @Test
    void r1AResultToldAsPlainTextCountsByItsId() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "local", "{}"));
        agent.says("Result of " + A + ": fine");
        var next = agent.ask();
        assertThat(next.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(stage.linker.stats().openCalls()).isZero();
    }

    @Test
    void r1AResultToldAsPlainTextCountsByItsContent() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall("call_0", "search", "{}"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, "twenty-one degrees and a light breeze");
        agent.says("[search] twenty-one degrees and a light breeze");
        var next = agent.ask();
        agent.text(next, "done");
        assertThat(next.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(Recorded.confidence(stage.recorded.released(execution.span())))
                .isEqualTo("certain");
    }

    @Test
    void r1ResultsBesideUserTextContinueTheRun() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "local", "{}"));
        agent.result(A, "cancelled").says("Stop, do something else");
        assertThat(agent.ask().span().traceId()).isEqualTo(first.span().traceId());
    }

    @Test
    void r1OfSeveralRunsResultsTheLastDecides() {
        var one = stage.agent("s").says("one");
        var two = stage.agent("s").says("two");
        var first = one.ask();
        var second = two.ask();
        one.calls(first, new ToolCall(A, "local", "{}"));
        two.calls(second, new ToolCall(B, "local", "{}"));
        one.result(A, "1").result(B, "2");
        assertThat(one.ask().span().traceId()).isEqualTo(second.span().traceId());
    }

    @Test
    void r1AnAnswerThatPausedIsContinued() {
        var agent = stage.agent("s").says("research");
        var first = agent.ask();
        first.answered();
        var paused = Message.text(Message.Role.ASSISTANT, "searching");
        first.end(
                new InferenceEnd(
                        new Outcome.Completed(),
                        true,
                        true,
                        null,
                        null,
                        List.of("pause_turn"),
                        null,
                        Map.of(),
                        paused,
                        "{}",
                        Map.of()));
        assertThat(stage.recorded.release(first.span().spanId())).isEmpty();
        agent.history.add(paused);
        var next = agent.ask();
        agent.text(next, "found");
        assertThat(next.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(tops()).hasSize(1);
    }

    @Test
    void r1TwoEqualRequestsInFlightBothContinueTheRun() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "local", "{}"));
        agent.result(A, "ok");
        var one = agent.ask();
        var two = agent.ask();
        assertThat(one.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(two.span().traceId()).isEqualTo(first.span().traceId());
        agent.text(one, "done");
        assertThat(tops()).isEmpty();
        agent.text(two, "done");
        assertThat(tops()).hasSize(1);
    }

    @Test
    void r2PreviousResponseIdContinuesTheConversationAndItsOutputsTheRun() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        var call = new ToolCall("call_0", "local", "{}");
        first.toolCall(call);
        agent.end(
                first,
                new Message(Message.Role.ASSISTANT, List.of(), List.of(call), List.of(), ""),
                "resp_1");
        agent.history.clear();
        agent.result("call_0", "ok");
        var second = agent.ask("resp_1");
        agent.end(second, Message.text(Message.Role.ASSISTANT, "done"), "resp_2");
        assertThat(second.span().traceId()).isEqualTo(first.span().traceId());
        agent.history.clear();
        agent.says("more");
        var third = agent.ask("resp_2");
        agent.end(third, Message.text(Message.Role.ASSISTANT, "done"), "resp_3");
        assertThat(third.span().traceId()).isNotEqualTo(first.span().traceId());
        assertThat(placed(third).run().sessionId()).isEqualTo(placed(second).run().sessionId());
    }

    @Test
    void r2SystemTextMayChangeWithinAConversation() {
        var agent = stage.agent("s").system("It is noon.").says("hi");
        var first = agent.ask();
        agent.text(first, "hello");
        agent.history.set(0, Message.text(Message.Role.SYSTEM, "It is one o'clock."));
        var second = agent.says("again").ask();
        agent.text(second, "yes");
        assertThat(placed(second).run().sessionId()).isEqualTo(placed(first).run().sessionId());
    }

    @Test
    void r2EqualFirstTurnsStayTwoConversations() {
        var one = stage.agent("s").says("hi");
        var two = stage.agent("s").says("hi");
        one.text(one.ask(), "hello");
        two.text(two.ask(), "hello");
        var next = one.says("more").ask();
        one.text(next, "yes");
        var sessions = stage.recorded.releases().stream().map(r -> r.run().sessionId()).distinct();
        assertThat(sessions).hasSize(3);
    }

    @Test
    void r2ASuppliedSessionIsTheConversation() {
        var origin =
                Stage.with(
                        Origin.of("s"), "their-session", Map.of("session", "their-session"), null);
        var agent = stage.agent(origin).says("hi");
        var first = agent.ask();
        agent.text(first, "hello");
        agent.history.clear();
        var second = agent.says("compacted").ask();
        agent.text(second, "yes");
        assertThat(placed(first).run().sessionId()).isEqualTo("their-session");
        assertThat(placed(second).run().sessionId()).isEqualTo("their-session");
    }

    @Test
    void r2ADifferentSuppliedSessionIsAnotherConversation() {
        var agent =
                stage.agent(Stage.with(Origin.of("s"), "a", Map.of("session", "a"), null))
                        .says("hi");
        agent.text(agent.ask(), "hello");
        agent.llm = Stage.with(Origin.of("s"), "b", Map.of("session", "b"), null);
        var second = agent.says("again").ask();
        agent.text(second, "yes");
        assertThat(placed(second).run().sessionId()).isEqualTo("b");
    }

    @Test
    void r2AClientThatDropsCancelledCallsKeepsItsConversation() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        var call = new ToolCall(A, "local", "{}");
        first.toolCall(call);
        agent.answer(
                first,
                new Message(
                        Message.Role.ASSISTANT,
                        List.of("Let me look."),
                        List.of(call),
                        List.of(),
                        ""));
        agent.history.set(
                agent.history.size() - 1, Message.text(Message.Role.ASSISTANT, "Let me look."));
        var next = agent.says("never mind").ask();
        agent.text(next, "fine");
        assertThat(placed(next).run().sessionId()).isEqualTo(placed(first).run().sessionId());
        assertThat(next.span().traceId()).isNotEqualTo(first.span().traceId());
        assertThat(tops()).hasSize(1);
        assertThat(endOf(tops().getFirst())).isEqualTo("superseded");
    }
}
