package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

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
    void explanationsAreKeptForABoundedNumberOfExecutions() {
        var first = agent.execute("search", "{}");
        agent.done(first, "ok");
        for (int i = 0; i < 5_001; i++) {
            agent.done(agent.execute("search", "{}"), "ok");
        }
        assertThat(stage.linker.explain(first.span().spanId())).isEmpty();
    }
}
