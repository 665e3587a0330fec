package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rule L11 for names: models that invent tools and clients that execute them cost their caller a
/// bounded number of names, and nobody a link.
final class InventedNamesTest {
    private static final LinkingConfig SMALL =
            new LinkingConfig(
                    LinkingConfig.defaults().window(),
                    LinkingConfig.defaults().hold(),
                    LinkingConfig.defaults().idle(),
                    LinkingConfig.defaults().callIdKeys(),
                    1_000,
                    1_000);
    private static final String A = "call_a8f3k2m9x0";
    private static final int MANY = 20_000;

    private final Engine engine =
            Engine.of(SMALL, () -> 1_800_000_000_000_000_000L, _ -> {}, Keyed.random());
    private final CallNames names = new CallNames(engine);
    private final Stage stage = new Stage(SMALL).expose("/mcp", "search");

    @Test
    void l11NamesThatNoOpenCallHasAreForgottenTheLongestUnusedFirst() {
        var first = names.group("first");
        var used = names.group("used");
        for (int i = 0; i < 6_000; i++) {
            names.group("invented_" + i);
            assertThat(names.group("used")).isSameAs(used);
        }
        assertThat(names.group("first")).isNotSameAs(first);
    }

    @Test
    void l11ANameWithAnOpenCallIsNeverForgotten() {
        var large = new Stage().expose("/mcp", "search");
        var agent = large.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        for (int i = 0; i < MANY / 4; i++) {
            var other = large.agent("s").says("go " + i);
            var call =
                    new ToolCall("call_" + Long.toHexString(Keyed.mix(i)), "invented_" + i, "{}");
            other.calls(other.ask(), call);
            other.text(other.says("never mind").ask(), "fine");
        }
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, "a result that is long enough to prove something");
        agent.result(A, "a result that is long enough to prove something");
        agent.text(agent.ask(), "done");

        assertThat(large.linker.stats().faults()).isZero();
        assertThat(Recorded.confidence(large.recorded.released(execution.span())))
                .isEqualTo("certain");
    }

    @Test
    void l8NoLocalToolIsInferredForACallWhoseToolWasForgottenInBetween() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var mine = agent.execute("search", "{\"q\":\"edited\"}");
        agent.done(mine, "ok");
        for (int i = 0; i < 5_000; i++) {
            var invented = agent.execute("invented_" + i, "{}");
            agent.done(invented, "no such tool");
        }
        agent.result(A, "quite other words");
        agent.text(agent.ask(), "done");
        stage.pass(11 * 60_000);

        assertThat(stage.recorded.named("execute_tool")).isEmpty();
        assertThat(Recorded.method(stage.recorded.released(mine.span()))).isEqualTo("none");
    }

    @Test
    void l11InventedToolsOfOneCallerHarmNoOther() {
        var thief = stage.agent("thief");
        for (int i = 0; i < MANY; i++) {
            thief.done(thief.execute("invented_" + i % 9_000, "{}"), "no such tool");
        }
        var agent = stage.agent("victim").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}");
        agent.done(execution, "a result that is long enough to prove something");
        agent.result(A, "a result that is long enough to prove something");
        agent.text(agent.ask(), "done");
        assertThat(Recorded.confidence(stage.recorded.released(execution.span())))
                .isEqualTo("certain");
        assertThat(stage.linker.stats().faults()).isZero();
    }

    @Test
    void l11ExecutionsWithoutACallAreNotKept() {
        var agent = stage.agent("s");
        for (int i = 0; i < 3_000; i++) {
            agent.done(agent.execute("search", "{\"i\":" + i + "}"), "ok");
        }
        stage.pass(6_000);
        assertThat(stage.recorded.named("tools/call")).hasSize(3_000);
        assertThat(stage.linker.stats().heldExecutions()).isZero();
    }

    @Test
    void anIdKeepsEveryCharacterWhateverItIs() {
        for (var id :
                List.of("call_1", "café", "呼び出し-1", "a\u0000b", "\ud800", "\ud83d\ude00", "")) {
            var thread = new RunThread(run(), "t");
            var by = new Inference(1, "span", thread, 0, Map.of(), null);
            assertThat(new Call(by, id, true, 1, 0).id()).isEqualTo(id);
        }
    }

    private static Run run() {
        return new Run(
                "run",
                new Conversation("conv", null, null),
                new Place("0".repeat(31) + "1", null, false, true, "s", List.of()),
                "top",
                "agent",
                new JournalRecord.RunAttributes(
                        "run", "s", null, null, List.of(), null, "s", true));
    }
}
