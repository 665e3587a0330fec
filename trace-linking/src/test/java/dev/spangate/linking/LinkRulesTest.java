package dev.spangate.linking;

import static dev.spangate.linking.Recorded.confidence;
import static dev.spangate.linking.Recorded.method;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules L1, L3 to L10 through the facade.
final class LinkRulesTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String LONG = "a result that is long enough to prove something";

    private final Stage stage = new Stage().expose("/mcp", "search", "fetch");

    private Stage.Agent asked(String scope, ToolCall... calls) {
        return asked(stage.agent(scope), calls);
    }

    private Stage.Agent asked(Stage.Agent agent, ToolCall... calls) {
        agent.says("go " + List.of(calls));
        agent.calls(agent.ask(), calls);
        return agent;
    }

    private static String linkedTo(JournalRecord.Release release) {
        return String.valueOf(release.attributes().get("gen_ai.tool.call.id"));
    }

    private JournalRecord.Release placed(ToolRecording execution) {
        return stage.recorded.released(execution.span());
    }

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

    @Test
    void l8MoreExecutionsThanCallsAreDecidedByResultsAlone() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var stranger = stage.agent("s");
        var mine = agent.execute("search", "{}");
        var foreign = stranger.execute("search", "{}");
        agent.done(mine, "ok");
        stranger.done(foreign, "ok");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(mine))).isEqualTo("none");
        assertThat(method(placed(foreign))).isEqualTo("none");
    }

    @Test
    void l8ExecutionsWithOneCallIdShareItsCallAlsoAClosedOne() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var first = agent.execute("search", "{}", "callId", A);
        agent.broke(first, "try again");
        var second = agent.execute("search", "{}", "callId", A);
        agent.done(second, "ok");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        var third = agent.execute("search", "{}", "callId", A);
        agent.done(third, "ok");
        assertThat(linkedTo(placed(first))).isEqualTo(A);
        assertThat(placed(second).attributes()).containsEntry("spangate.tool.attempt", 2L);
        assertThat(placed(third).attributes()).containsEntry("spangate.tool.attempt", 3L);
        assertThat(confidence(placed(third))).isEqualTo("certain");
    }

    @Test
    void l8AFailedExecutionIsAnEarlierAttemptOfTheCallThatALaterOneAnswered() {
        var agent = stage.agent(Stage.connected(Origin.of("s"), "connection 7"));
        asked(agent, new ToolCall(A, "search", "{}"));
        var first = agent.execute("search", "{}");
        agent.broke(first, "the server is overloaded");
        var second = agent.execute("search", "{}");
        agent.done(second, LONG);
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(first))).isEqualTo(A);
        assertThat(method(placed(first))).isEqualTo("arguments");
        assertThat(confidence(placed(first))).isEqualTo("probable");
        assertThat(placed(first).attributes()).containsEntry("spangate.tool.attempt", 1L);
        assertThat(placed(second).attributes()).containsEntry("spangate.tool.attempt", 2L);
        assertThat(confidence(placed(second))).isEqualTo("certain");
    }

    @Test
    void l8AnotherConnectionsFailureIsNoAttempt() {
        var agent = stage.agent(Stage.connected(Origin.of("s"), "connection 7"));
        asked(agent, new ToolCall(A, "search", "{}"));
        var stranger = stage.agent(Stage.connected(Origin.of("s"), "connection 8"));
        var foreign = stranger.execute("search", "{}");
        stranger.broke(foreign, "the server is overloaded");
        var mine = agent.execute("search", "{}");
        agent.done(mine, LONG);
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        assertThat(method(placed(foreign))).isEqualTo("none");
        assertThat(confidence(placed(mine))).isEqualTo("certain");
    }

    @Test
    void l8NoLocalToolIsInferredBesideAnUnlinkedExecutionOfItsTool() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var stranger = stage.agent("s");
        var foreign = stranger.execute("search", "{\"q\":2}");
        stranger.done(foreign, "not that");
        agent.result(A, "a cached answer");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(foreign))).isEqualTo("none");
        assertThat(stage.recorded.named("execute_tool")).isEmpty();
        assertThat(stage.recorded.records).anyMatch(JournalRecord.Withdrawn.class::isInstance);
    }

    @Test
    void l8ALocalToolIsInferredWhereNoExecutionCouldBeIt() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        agent.result(A, "a cached answer");
        agent.text(agent.ask(), "done");
        var local = stage.recorded.named("execute_tool search");
        assertThat(local).hasSize(1);
        assertThat(method(local.getFirst())).isEqualTo("result");
        assertThat(stage.recorded.draft(local.getFirst()).attributes())
                .containsEntry("spangate.tool.observed", "inferred");
        assertThat(stage.recorded.draft(local.getFirst()).input()).isEqualTo("{\"q\":1}");
        assertThat(stage.recorded.draft(local.getFirst()).output()).isEqualTo("a cached answer");
    }

    @Test
    void l10AnUnlinkedExecutionIsATraceOfItsOwn() {
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        agent.done(execution, "ok");
        var release = placed(execution);
        assertThat(release.traceId()).isEqualTo(execution.span().traceId());
        assertThat(release.parentSpanId()).isNull();
        assertThat(method(release)).isEqualTo("none");
        assertThat(release.draft()).isNotNull();
        assertThat(stage.linker.stats().unlinked()).isEqualTo(1);
    }

    @Test
    void l11AnotherScopesCallIdLinksNothing() {
        asked("victim", new ToolCall(A, "search", "{}"));
        var thief = stage.agent("thief");
        var execution = thief.execute("search", "{}", "callId", A);
        thief.done(execution, "ok");
        assertThat(method(placed(execution))).isEqualTo("none");
    }

    @Test
    void l7ASpanThatWasPropagatedElsewhereLinksToWhereItWas() {
        var one = asked("s", new ToolCall(A, "search", "{}"));
        var two = asked("s", new ToolCall(B, "search", "{}"));
        var execution = one.execute("search", "{}");
        one.done(execution, LONG);
        one.result(A, LONG);
        one.text(one.ask(), "done");
        var release = placed(execution);
        assertThat(linkedTo(release)).isEqualTo(A);
        assertThat(release.traceId()).isNotEqualTo(execution.span().traceId());
        assertThat(release.links())
                .anyMatch(link ->
                        link.traceId().equals(execution.span().traceId())
                                && link.spanId().equals(execution.span().spanId()));
        two.text(two.ask(), "done");
    }

    @Test
    void l2AWrappersCallIsIndexedUnderTheToolItNames() {
        var agent =
                asked(
                        "s",
                        new ToolCall(
                                A,
                                "use_mcp_tool",
                                "{\"name\":\"search\",\"arguments\":{\"q\":1}}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, "ok");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        assertThat(linkedTo(placed(execution))).isEqualTo(A);
    }

    @Test
    void l2ANameOfSeveralServersIsDecidedByResultsOnly() {
        stage.linker.expose("/mcp/a", List.of(new ExposedTool("find", "a", null)));
        stage.linker.expose("/mcp/b", List.of(new ExposedTool("find", "b", null)));
        var agent = stage.agent("s").says("go");
        agent.endpoint = "/mcp/b";
        agent.done(agent.execute("find", "{\"warm\":\"up\"}"), "x");
        agent.calls(agent.ask(), new ToolCall(A, "mcp__find", "{}"));
        agent.endpoint = "/mcp/a";
        var execution = agent.execute("find", "{}");
        agent.done(execution, LONG);
        agent.result(A, "other words");
        agent.text(agent.ask(), "done");
        assertThat(method(placed(execution))).isEqualTo("none");
    }
}
