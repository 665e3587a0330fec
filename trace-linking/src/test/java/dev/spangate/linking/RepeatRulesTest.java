package dev.spangate.linking;

import static dev.spangate.linking.Recorded.confidence;
import static dev.spangate.linking.Recorded.method;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Rules L2, L7, L8, L10 and L11 through the facade.
final class RepeatRulesTest extends LinkFixture {
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
