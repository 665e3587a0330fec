package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rule L10: every link, and every missing one, can be explained.
final class ExplanationTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";

    private final Stage stage = new Stage().expose("/mcp", "search");
    private final Stage.Agent agent = stage.agent("s").says("go");

    private Explanation only(String id) {
        var found = stage.linker.explain(id);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aCertainLinkNeedsNoAdvice() {
        var asked = agent.ask();
        agent.calls(asked, new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}", "callId", A);
        agent.done(execution, "ok");
        for (var id : List.of(execution.span().spanId(), A)) {
            var why = only(id);
            assertThat(why.state()).isEqualTo("linked");
            assertThat(why.method()).isEqualTo("call-id");
            assertThat(why.confidence()).isEqualTo("certain");
            assertThat(why.requestedBy()).isEqualTo(asked.span().spanId());
            assertThat(why.advice()).isEmpty();
            assertThat(why.candidates().getFirst().evidenceFor())
                    .contains("the execution names its id", "equal arguments");
        }
    }

    @Test
    void anAmbiguousExecutionShowsBothCallsAndWhatWouldHaveHelped() {
        var other = stage.agent("s").says("go too");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        other.calls(other.ask(), new ToolCall(B, "search", "{}"));
        var execution = agent.execute("search", "{}");
        assertThat(only(execution.span().spanId()).state()).isEqualTo("running");
        agent.done(execution, "ok");
        assertThat(only(execution.span().spanId()).state()).isEqualTo("waiting");
        agent.result(A, "no");
        agent.text(agent.ask(), "done");
        other.result(B, "no");
        other.text(other.ask(), "done");
        var why = only(execution.span().spanId());
        assertThat(why.state()).isEqualTo("unlinked");
        assertThat(why.confidence()).isNull();
        assertThat(why.candidateCount()).isEqualTo(2);
        assertThat(why.candidates())
                .extracting(Explanation.Candidate::toolCallId)
                .containsExactlyInAnyOrder(A, B);
        assertThat(why.advice()).anyMatch(text -> text.contains("callId"));
        assertThat(why.reason()).contains("several open calls fit");
    }

    @Test
    void evidenceAgainstIsNamed() {
        var origin = Stage.with(Origin.of("s"), "one", Map.of("session", "one"), null);
        var asking = stage.agent(origin).says("go");
        asking.calls(asking.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        stage.pass(130_000);
        var stranger =
                stage.agent(Stage.with(Origin.of("s"), "two", Map.of("session", "two"), null));
        var execution = stranger.execute("search", "{\"q\":2}", "callId", "call_zz88yy77xx66");
        stranger.done(execution, "ok");
        assertThat(only(execution.span().spanId()).candidates().getFirst().evidenceAgainst())
                .contains(
                        "the execution names another call id",
                        "other arguments",
                        "another session or thread",
                        "issued longer ago than linking.window");
    }

    @Test
    void callsThatNothingExecutedAreExplainedToo() {
        agent.calls(
                agent.ask(),
                new ToolCall(A, "read_file", "{}"),
                new ToolCall(B, "read_file", "{\"n\":1}"));
        assertThat(only(A).state()).isEqualTo("waiting");
        agent.result(A, "text");
        agent.text(agent.ask(), "done");
        assertThat(only(A).reason()).contains("without passing through");
        assertThat(only(A).confidence()).isEqualTo("certain");
        assertThat(only(B).state()).isEqualTo("unlinked");
    }

    @Test
    void nobodyKnowsAnInventedId() {
        assertThat(stage.linker.explain("nothing")).isEmpty();
        assertThat(stage.linker.explain("")).isEmpty();
    }

    @Test
    void aSessionOnBothLegsIsNamedAsTheReason() {
        var origin = Stage.with(Origin.of("s"), "one", Map.of("session", "one"), null);
        var asking = stage.agent(origin).says("go");
        asking.calls(asking.ask(), new ToolCall(A, "search", "{}"));
        var execution = asking.execute("search", "{}");
        asking.done(execution, "ok");
        var why = only(execution.span().spanId());
        assertThat(why.method()).isEqualTo("session");
        assertThat(why.reason()).contains("same session id").doesNotContain("named the call");
        assertThat(why.sent()).containsEntry("session", "one");
        assertThat(why.candidates().getFirst().evidenceFor())
                .contains("the same session or thread", "equal arguments");
    }

    @Test
    void aLinkByResultNamesTheEchoAsItsProof() {
        var asked = agent.ask();
        agent.calls(asked, new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}");
        agent.done(execution, "a text that nobody else has given");
        agent.result(A, "a text that nobody else has given");
        agent.text(agent.ask(), "done");
        var why = only(execution.span().spanId());
        assertThat(why.confidence()).isEqualTo("certain");
        assertThat(why.reason()).contains("echoed to the model");
        assertThat(why.traceId()).isEqualTo(asked.span().traceId());
        assertThat(why.candidates().getFirst().evidenceFor())
                .contains("the result that was echoed for it is this execution's");
        assertThat(why.candidates().getFirst().linked()).isTrue();
        assertThat(why.candidates().getFirst().traceId()).isEqualTo(asked.span().traceId());
    }

    @Test
    void anEarlierAttemptSaysSo() {
        var connected = stage.agent(Stage.connected(Origin.of("s"), "connection 7")).says("go");
        connected.calls(connected.ask(), new ToolCall(A, "search", "{}"));
        var first = connected.execute("search", "{}");
        connected.broke(first, "the server is overloaded");
        var second = connected.execute("search", "{}");
        connected.done(second, "a result that is long enough to prove something");
        connected.result(A, "a result that is long enough to prove something");
        connected.text(connected.ask(), "done");
        assertThat(only(first.span().spanId()).reason()).contains("an earlier attempt");
        assertThat(stage.linker.explain(A))
                .extracting(Explanation::spanId)
                .containsExactlyInAnyOrder(first.span().spanId(), second.span().spanId());
    }

    @Test
    void anIdThatSeveralCallersUsedShowsAllOfThem() {
        for (var scope : List.of("team-a", "team-b")) {
            var one = stage.agent(scope).says("go");
            one.calls(one.ask(), new ToolCall(A, "search", "{}"));
        }
        var execution = stage.agent("team-b").execute("search", "{}", "callId", A);
        stage.agent("team-b").done(execution, "ok");
        assertThat(stage.linker.explain(A))
                .extracting(Explanation::scope, Explanation::state, Explanation::caller)
                .containsExactlyInAnyOrder(
                        tuple("team-a", "waiting", null), tuple("team-b", "linked", "team-b"));
    }

    @Test
    void aCallThatNothingAnsweredNamesTheUnlinkedExecutionsOfItsTool() {
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":2}");
        agent.done(execution, "short");
        agent.result(A, "something else");
        agent.text(agent.ask(), "done");
        var why = only(A);
        assertThat(why.state()).isEqualTo("unlinked");
        assertThat(why.executions()).containsExactly(execution.span().spanId());
    }

    @Test
    void aDecidedLinkIsExplainedAsItWasDecided() {
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}", "callId", A);
        agent.done(execution, "ok");
        var before = only(execution.span().spanId());
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        var again = agent.execute("search", "{}", "callId", A);
        agent.done(again, "ok");
        assertThat(only(execution.span().spanId())).isEqualTo(before);
    }
}
