package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rule L11 for explanations: what is kept is bounded by number, age and length, for each caller by
/// itself.
final class ExplanationBoundsTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String LONG = "a result that is long enough to prove something";

    private final Stage stage = new Stage().expose("/mcp", "search");

    private static String execute(Stage.Agent agent, String... meta) {
        var execution = agent.execute("search", "{}", meta);
        agent.done(execution, "ok");
        return execution.span().spanId();
    }

    @Test
    void oneCallersFloodCostsItsOwnExplanationsAlone() {
        var quiet = execute(stage.agent("quiet"));
        var loud = stage.agent("loud");
        var first = execute(loud);
        String last = first;
        for (int i = 0; i < 20_000; i++) {
            last = execute(loud);
        }
        assertThat(stage.linker.explain(first)).isEmpty();
        assertThat(stage.linker.explain(last)).hasSize(1);
        assertThat(stage.linker.explain(quiet)).hasSize(1);
    }

    @Test
    void certainLinksMakeRoomBeforeUnlinkedExecutionsDo() {
        var agent = stage.agent("s");
        var unlinked = execute(agent);
        agent.says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var first = execute(agent, "callId", A);
        for (int i = 0; i < 5_000; i++) {
            execute(agent, "callId", A);
        }
        assertThat(stage.linker.explain(unlinked)).hasSize(1);
        assertThat(stage.linker.explain(first)).isEmpty();
    }

    @Test
    void aDayLaterNothingIsLeft() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var certain = execute(agent, "callId", A);
        var unlinked = execute(agent);
        stage.pass(23 * 3_600_000L);
        assertThat(stage.linker.explain(certain)).hasSize(1);
        assertThat(stage.linker.explain(unlinked)).hasSize(1);
        stage.pass(2 * 3_600_000L);
        assertThat(stage.linker.explain(certain)).isEmpty();
        assertThat(stage.linker.explain(unlinked)).isEmpty();
    }

    @Test
    void idsAndNamesAreCutBeforeTheyAreKept() {
        String huge = "x1".repeat(50_000);
        var origin = Stage.with(Origin.of("s"), huge, Map.of("session", huge, huge, huge), null);
        var agent = stage.agent(origin).says("go");
        agent.calls(agent.ask(), new ToolCall(huge, "search", "{}"));
        var execution = agent.execute("search", "{\"q\":1}", "callId", huge, "other", huge);
        agent.done(execution, "ok");
        for (var why : stage.linker.explain(execution.span().spanId())) {
            assertThat(why.toString().length()).isLessThan(5_000);
            assertThat(why.sent().get("callId")).endsWith("…").hasSize(201);
        }
        assertThat(stage.linker.explain(huge)).hasSize(1);
    }

    @Test
    void manyCandidatesAreCountedAndAFewAreShown() {
        for (int i = 0; i < 40; i++) {
            var other = stage.agent("s").says("go " + i);
            other.calls(other.ask(), new ToolCall("call_z9y8x7w6v" + i, "search", "{\"q\":1}"));
        }
        var span = execute(stage.agent("s"));
        var why = stage.linker.explain(span).getFirst();
        assertThat(why.candidateCount()).isEqualTo(40);
        assertThat(why.candidates()).hasSizeBetween(1, 16);
    }

    @Test
    void anIdThatIsUsedAllTheTimeShowsABoundedNumber() {
        for (int i = 0; i < 150; i++) {
            var other = stage.agent("s").says("go " + i);
            other.calls(other.ask(), new ToolCall("call_0", "search", "{\"q\":" + i + "}"));
        }
        assertThat(stage.linker.explain("call_0")).hasSize(100);
    }

    @Test
    void whatARestartTookUpIsExplainedToo() {
        stage.recorded.write(stage.linker.checkpoint());
        var one = stage.agent("s").says("one");
        var two = stage.agent("s").says("two");
        one.calls(one.ask(), new ToolCall(A, "search", "{}"));
        two.calls(two.ask(), new ToolCall("call_b7d1q4z8y2", "search", "{}"));
        var execution = one.execute("search", "{}");
        one.done(execution, LONG);
        List<JournalRecord> stored = List.copyOf(stage.recorded.records);

        var next = new Stage(LinkingConfig.defaults(), stage.clock.get()).expose("/mcp", "search");
        next.recorded.records.addAll(stored);
        next.linker.resume(stored);

        var why = next.linker.explain(execution.span().spanId()).getFirst();
        assertThat(why.state()).isEqualTo("waiting");
        assertThat(why.candidates())
                .extracting(Explanation.Candidate::toolCallId)
                .containsExactlyInAnyOrder(A, "call_b7d1q4z8y2");
    }
}
