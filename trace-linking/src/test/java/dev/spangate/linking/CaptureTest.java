package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Every draft says how much content its caller wants told, so that whoever stores it can leave out
/// the rest; linking is the same with any of them.
final class CaptureTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final String B = "call_b7d1q4z8y2";
    private static final String LONG = "a result that is long enough to prove something";

    private final Stage stage = new Stage().expose("/mcp", "search");

    private static Origin origin(Capture capture) {
        var any = Origin.of("team");
        return new Origin(
                any.scope(),
                any.caller(),
                any.agent(),
                any.product(),
                any.session(),
                any.user(),
                any.ids(),
                any.context(),
                any.mode(),
                any.tags(),
                any.environment(),
                any.connection(),
                any.attributes(),
                capture);
    }

    private static String said(JournalRecord.Draft draft) {
        return String.valueOf(draft.attributes().get("spangate.capture"));
    }

    /// A call of ours, a local one and the answer.
    private void run(Stage.Agent agent) {
        agent.says("go");
        agent.calls(
                agent.ask(),
                new ToolCall(A, "search", "{}"),
                new ToolCall(B, "read_file", "{\"path\":\"x\"}"));
        agent.done(agent.execute("search", "{}"), LONG);
        agent.result(A, LONG);
        agent.result(B, "the file's text");
        agent.text(agent.ask(), "done");
    }

    @ParameterizedTest
    @EnumSource(Capture.class)
    void everySpanOfARunSaysIt(Capture capture) {
        run(stage.agent(origin(capture)));
        var drafts = stage.recorded.drafts().values();
        assertThat(drafts)
                .extracting(JournalRecord.Draft::name)
                .contains(
                        "invoke_agent team",
                        "chat gpt",
                        "tools/call search",
                        "execute_tool read_file");
        assertThat(drafts)
                .allSatisfy(draft ->
                        assertThat(said(draft))
                                .as(draft.name())
                                .isEqualTo(
                                        capture == Capture.FULL
                                                ? "null"
                                                : capture.name()
                                                        .toLowerCase(java.util.Locale.ROOT)));
    }

    @ParameterizedTest
    @EnumSource(Capture.class)
    void linksAreTheSame(Capture capture) {
        run(stage.agent(origin(capture)));
        var execution = stage.recorded.named("tools/call").getFirst();
        assertThat(Recorded.method(execution)).isEqualTo("arguments");
        assertThat(Recorded.confidence(execution)).isEqualTo("certain");
    }

    @Test
    void aLocalToolTellsNoMoreThanEitherOfItsCallers() {
        var agent = stage.agent(origin(Capture.METADATA)).says("go");
        agent.calls(agent.ask(), new ToolCall(B, "read_file", "{}"));
        agent.llm = origin(Capture.FULL);
        agent.result(B, "the file's text");
        agent.text(agent.ask(), "done");
        var local = stage.recorded.named("execute_tool").getFirst();
        assertThat(said(stage.recorded.draft(local))).isEqualTo("metadata");
        assertThat(said(stage.recorded.draft(stage.recorded.named("chat").getLast())))
                .isEqualTo("null");
    }

    @Test
    void aRestartForgetsNobodysChoice() {
        stage.recorded.write(stage.linker.checkpoint());
        var agent = stage.agent(origin(Capture.NONE)).says("go");
        agent.calls(agent.ask(), new ToolCall(B, "read_file", "{}"));
        List<JournalRecord> stored = List.copyOf(stage.recorded.records);

        for (var seen : List.of(stored, List.<JournalRecord>of(stage.linker.checkpoint()))) {
            var next = new Stage(LinkingConfig.defaults(), stage.clock.get());
            next.expose("/mcp", "search");
            next.linker.resume(seen);
            var moved = next.agent(origin(Capture.NONE));
            moved.history.addAll(agent.history);
            moved.result(B, "the file's text");
            moved.text(moved.ask(), "done");
            assertThat(next.recorded.drafts().values())
                    .isNotEmpty()
                    .allSatisfy(
                            draft -> assertThat(said(draft)).as(draft.name()).isEqualTo("none"));
            assertThat(next.recorded.named("invoke_agent")).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FULL,FULL,FULL",
        "FULL,METADATA,METADATA",
        "METADATA,FULL,METADATA",
        "NONE,FULL,NONE",
        "METADATA,NONE,NONE",
        "NONE,NONE,NONE",
    })
    void theNarrowerOfTwoCounts(Capture one, Capture other, Capture narrower) {
        assertThat(one.and(other)).isEqualTo(narrower);
    }

    @Test
    void whatIsNotUnderstoodIsTheNarrowest() {
        assertThat(Capture.of(null)).isEqualTo(Capture.FULL);
        assertThat(Capture.of(Map.of())).isEqualTo(Capture.FULL);
        assertThat(Capture.of(Map.of(Capture.ATTRIBUTE, "metadata"))).isEqualTo(Capture.METADATA);
        assertThat(Capture.of(Map.of(Capture.ATTRIBUTE, "everything"))).isEqualTo(Capture.NONE);
        var attributes = new HashMap<String, Object>();
        Capture.FULL.onto(attributes);
        assertThat(attributes).isEmpty();
        Capture.NONE.onto(attributes);
        assertThat(Capture.of(attributes)).isEqualTo(Capture.NONE);
    }
}
