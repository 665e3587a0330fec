package dev.spangate.linking;

import static dev.spangate.linking.Recorded.confidence;
import static dev.spangate.linking.Recorded.method;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules L1, L3 to L5 through the facade.
final class LinkRulesTest extends LinkFixture {
    @Test
    void l1CallIdLinksAtOnceEvenWithOtherArguments() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":\"rewritten\"}", "callId", A);
        agent.done(execution, "ok");
        assertThat(method(placed(execution))).isEqualTo("call-id");
        assertThat(confidence(placed(execution))).isEqualTo("certain");
    }

    @Test
    void l1CallIdAgainstEqualArgumentsOfAnotherOpenCallConflictsAndOnlyAResultLinks() {
        var agent =
                asked(
                        "s",
                        new ToolCall(A, "search", "{\"q\":1}"),
                        new ToolCall(B, "search", "{\"q\":2}"));
        var execution = agent.execute("search", "{\"q\":2}", "callId", A);
        agent.done(execution, LONG);
        assertThat(stage.recorded.release(execution.span().spanId())).isEmpty();
        agent.result(A, "other").result(B, LONG);
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(execution))).isEqualTo(B);
        assertThat(method(placed(execution))).isEqualTo("result");
    }

    @Test
    void l1AnIdThatWeNeverIssuedLeavesTheCandidatesButOnlyAResultLinks() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var silent = agent.execute("search", "{\"q\":1}", "callId", "call_zz88yy77xx66");
        agent.done(silent, LONG);
        agent.result(A, "quite other words");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(silent))).isEqualTo("none");
        assertThat(placed(silent).attributes()).containsEntry("spangate.link.candidates", 1L);
    }

    @Test
    void l1AnotherSessionExcludes() {
        var one = stage.agent(Stage.with(Origin.of("s"), "s1", Map.of("session", "s1"), null));
        asked(one, new ToolCall(A, "search", "{}"));
        var other = stage.agent(Stage.with(Origin.of("s"), "s2", Map.of("session", "s2"), null));
        var execution = other.execute("search", "{}");
        other.done(execution, LONG);
        one.result(A, LONG);
        one.text(one.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
    }

    @Test
    void l5SessionWithEqualArgumentsAndOneFittingCallIsFinalAtOnce() {
        var agent = stage.agent(Stage.with(Origin.of("s"), "s1", Map.of("session", "s1"), null));
        asked(
                agent,
                new ToolCall("call_0", "search", "{}"),
                new ToolCall("call_1", "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, "ok");
        assertThat(method(placed(execution))).isEqualTo("session");
        assertThat(confidence(placed(execution))).isEqualTo("certain");
        assertThat(linkedTo(placed(execution))).isEqualTo("call_0");
    }

    @Test
    void l1TraceIdsNarrowAmongEqualArguments() {
        var context =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        var other =
                TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "")
                        .orElseThrow();
        var one =
                asked(
                        stage.agent(Stage.with(Origin.of("s"), null, Map.of(), context)),
                        new ToolCall(A, "search", "{}"));
        var two =
                asked(
                        stage.agent(Stage.with(Origin.of("s"), null, Map.of(), other)),
                        new ToolCall(B, "search", "{}"));
        var first = one.execute("search", "{}");
        var second = two.execute("search", "{}");
        one.done(first, "ok");
        two.done(second, "ok");
        one.result(A, "ok");
        two.result(B, "ok");
        one.text(one.ask(), "done");
        two.text(two.ask(), "done");
        assertThat(linkedTo(placed(first))).isEqualTo(A);
        assertThat(linkedTo(placed(second))).isEqualTo(B);
        assertThat(method(placed(second))).isEqualTo("trace-context");
    }

    @Test
    void l1ATraceIdOnTheMcpLegAloneProvesNothing() {
        var one = asked("s", new ToolCall(A, "search", "{}"));
        var two = asked("s", new ToolCall(B, "search", "{}"));
        var context =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        one.mcp = Stage.with(Origin.of("s"), null, Map.of(), context);
        var execution = one.execute("search", "{}");
        one.done(execution, "ok");
        one.result(A, "no");
        two.result(B, "no");
        one.text(one.ask(), "done");
        two.text(two.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
        assertThat(placed(execution).traceId()).isEqualTo(context.traceId());
        assertThat(placed(execution).appRoot()).isTrue();
    }

    @Test
    void l1EqualCallsOfOneInferenceAreToldByResults() {
        var agent = asked("s", new ToolCall(A, "search", "{}"), new ToolCall(B, "search", "{}"));
        var first = agent.execute("search", "{}");
        var second = agent.execute("search", "{}");
        agent.done(first, LONG + " 1");
        agent.done(second, LONG + " 2");
        agent.result(A, LONG + " 2").result(B, LONG + " 1");
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(first))).isEqualTo(B);
        assertThat(linkedTo(placed(second))).isEqualTo(A);
        assertThat(confidence(placed(first))).isEqualTo("certain");
        assertThat(placed(first).attributes()).doesNotContainKey("spangate.link.call");
    }

    @Test
    void l1EqualCallsOfOneInferenceThatResultsDoNotTellStayByIssueOrder() {
        var agent = asked("s", new ToolCall(A, "search", "{}"), new ToolCall(B, "search", "{}"));
        var first = agent.execute("search", "{}");
        var second = agent.execute("search", "{}");
        agent.done(second, "ok");
        agent.done(first, "ok");
        agent.result(A, "ok").result(B, "ok");
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(first))).isEqualTo(A);
        assertThat(linkedTo(placed(second))).isEqualTo(B);
        assertThat(confidence(placed(first))).isEqualTo("probable");
        assertThat(placed(first).attributes()).containsEntry("spangate.link.call", "by-order");
    }

    @Test
    void l3ArgumentsCompareAsValuesWithTheSchemasDefaults() {
        stage.linker.expose(
                "/mcp",
                List.of(
                        new ExposedTool(
                                "search",
                                "srv",
                                "{\"properties\":{\"limit\":{\"default\":10},\"q\":{\"type\":\"string\"}}}")));
        var agent =
                asked(
                        "s",
                        new ToolCall(
                                A,
                                "mcp__srv__search",
                                "{\"q\":\"a\\u0062\",\"n\":2.0,\"x\":null}"));
        var execution = agent.execute("search", "{\"n\":2,\"limit\":10,\"q\":\"ab\"}");
        agent.done(execution, "ok");
        agent.result(A, "other words");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("arguments");
        assertThat(confidence(placed(execution))).isEqualTo("probable");
    }

    @Test
    void l4AResultLinksThoughArgumentsDiffer() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":\"one\"}");
        agent.done(execution, LONG);
        assertThat(stage.recorded.release(execution.span().spanId())).isEmpty();
        agent.result(A, "<result>\n" + LONG + "\n</result>");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("result");
        assertThat(confidence(placed(execution))).isEqualTo("certain");
    }

    @Test
    void l4AShortResultDoesNotLinkWhereArgumentsDiffer() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":\"one\"}");
        agent.done(execution, "ok");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
    }

    @Test
    void l4ByEliminationEvenAShortResultConfirmsTheFirstTime() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, "ok");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        assertThat(confidence(placed(execution))).isEqualTo("certain");
    }

    @Test
    void l4ATextThatTheToolGaveBeforeProvesNothing() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        agent.done(agent.execute("search", "{}"), LONG);
        agent.result(A, LONG);
        agent.calls(agent.ask(), new ToolCall(B, "search", "{}"));
        var again = agent.execute("search", "{}");
        agent.done(again, LONG);
        agent.result(B, LONG);
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(again))).isEqualTo(B);
        assertThat(confidence(placed(again))).isEqualTo("probable");
    }

    @Test
    void l4AResultThatReachedNobodyProvesNothing() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var lost = agent.execute("search", "{}");
        lost.result(Stage.text(LONG));
        lost.end(new ToolEnd(new Outcome.Cancelled(), Stage.text(LONG), false, Map.of()));
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        assertThat(confidence(placed(lost))).isNotEqualTo("certain");
    }

    @Test
    void l4PrefixesCountOnlyWhereTheEchoSaysThatItWasCut() {
        String text = "0123456789 abcdefghij ".repeat(20);
        for (var echo :
                List.of(text.substring(0, 100) + "... [truncated]", text.substring(0, 100))) {
            var stage = new Stage().expose("/mcp", "search");
            var agent = stage.agent("s").says("go");
            agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
            var execution = agent.execute("search", "{}");
            agent.done(execution, text);
            agent.result(A, echo);
            agent.text(agent.ask(), "done");
            assertThat(confidence(stage.recorded.released(execution.span())))
                    .isEqualTo(echo.contains("truncated") ? "certain" : "probable");
        }
    }

    @Test
    void l5WithoutACandidateItWaitsForInferencesInFlightAndNoLongerThanTheHold() {
        var busy = stage.agent("s").says("thinking");
        var thinking = busy.ask();
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        agent.done(execution, "ok");
        assertThat(stage.recorded.release(execution.span().spanId())).isEmpty();
        busy.text(thinking, "done");
        assertThat(method(placed(execution))).isEqualTo("none");
        var slow = busy.says("again").ask();
        var second = agent.execute("search", "{}");
        agent.done(second, "ok");
        stage.pass(4_000);
        assertThat(stage.recorded.release(second.span().spanId())).isEmpty();
        stage.pass(1_100);
        assertThat(method(placed(second))).isEqualTo("none");
        busy.text(slow, "done");
    }

    @Test
    void l5AnOldCallIsNotProbable() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        stage.pass(121_000);
        var execution = agent.execute("search", "{}");
        agent.done(execution, LONG);
        agent.result(A, "other");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
    }

    @Test
    void l5NothingIsProbableNearAnInferenceThatWasNotRead() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var other = stage.agent("s").says("hidden");
        var unread = other.ask();
        unread.unread();
        other.text(unread, "?");
        var execution = agent.execute("search", "{}");
        agent.done(execution, LONG);
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
        assertThat(stage.linker.stats().unread()).isEqualTo(1);
    }
}
