package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// Rule T: what an execution causes (a question of its server) is a child of its span wherever that
/// goes, and nothing of it is left over.
final class ChildSpansTest {
    private static final String A = "call_a8f3k2m9x0";

    private final Stage stage = new Stage().expose("/mcp", "search");

    @Test
    void ofALinkedExecutionItGoesIntoTheRunOfTheCall() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{}"));
        var execution = agent.execute("search", "{}", "callId", A);
        ask(execution).end(new Outcome.Completed(), "{\"x\":1}", Map.of("more", 1L));
        agent.done(execution, "found");
        agent.result(A, "found");
        agent.text(agent.ask(), "done");

        var tool = stage.recorded.released(execution.span());
        var child = stage.recorded.named("elicitation/create").getFirst();
        assertThat(child.traceId()).isEqualTo(tool.traceId());
        assertThat(child.parentSpanId()).isEqualTo(tool.spanId());
        assertThat(child.run()).isEqualTo(tool.run());
        assertThat(stage.recorded.draft(child).output()).isEqualTo("{\"x\":1}");
        assertThat(stage.recorded.draft(child).attributes()).containsEntry("more", 1L);
    }

    /// The place is decided by the echo, in another trace than the one that was propagated.
    @Test
    void ofAnExecutionThatAResultPlacesItGoesWithIt() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":2}");
        ask(execution).end(new Outcome.Completed(), null, Map.of());
        agent.done(execution, "a text of more than sixteen characters");
        assertThat(stage.recorded.named("elicitation/create")).isEmpty();
        agent.result(A, "a text of more than sixteen characters");
        agent.text(agent.ask(), "done");

        var tool = stage.recorded.released(execution.span());
        var child = stage.recorded.named("elicitation/create").getFirst();
        assertThat(tool.traceId()).isNotEqualTo(execution.span().traceId());
        assertThat(child.traceId()).isEqualTo(tool.traceId());
        assertThat(child.parentSpanId()).isEqualTo(tool.spanId());
    }

    @Test
    void ofAnUnlinkedExecutionItGoesIntoItsTrace() {
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        ask(execution).end(new Outcome.Completed(), null, Map.of());
        agent.done(execution, "found");
        stage.pass(60_000);

        var tool = stage.recorded.released(execution.span());
        var child = stage.recorded.named("elicitation/create").getFirst();
        assertThat(child.traceId()).isEqualTo(tool.traceId());
        assertThat(child.parentSpanId()).isEqualTo(tool.spanId());
        assertThat(child.remoteParent()).isFalse();
    }

    @Test
    void whatIsOpenWhenTheExecutionEndsIsCancelledWithIt() {
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        var open = ask(execution);
        agent.done(execution, "found");
        open.end(new Outcome.Completed(), "late", Map.of());
        stage.pass(60_000);

        var child = stage.recorded.named("elicitation/create");
        assertThat(child).hasSize(1);
        var draft = stage.recorded.draft(child.getFirst());
        assertThat(draft.level()).isEqualTo(Level.WARNING);
        assertThat(draft.output()).isNull();
        assertThat(draft.endNanos())
                .isLessThanOrEqualTo(
                        stage.recorded.drafts().get(execution.span().spanId()).endNanos());
        assertThat(stage.linker.stats().secondEnds()).isEqualTo(1);
    }

    @Test
    void whatBeginsAfterTheExecutionLeavesNothingBehind() {
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        agent.done(execution, "found");
        ask(execution).end(new Outcome.Completed(), null, Map.of());
        stage.pass(60_000);

        assertThat(stage.recorded.drafts().values())
                .noneMatch(draft -> draft.name().equals("elicitation/create"));
    }

    @Test
    void aThousandQuestionsAndTheirEndsFromOtherThreadsAreAllReleasedOnce() throws Exception {
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{}");
        var all = new CountDownLatch(1_200);
        for (var i = 0; i < 1_200; i++) {
            var child = ask(execution);
            Thread.startVirtualThread(() -> {
                child.end(new Outcome.Completed(), null, Map.of());
                all.countDown();
            });
        }
        all.await();
        agent.done(execution, "found");
        stage.pass(60_000);

        assertThat(stage.recorded.named("elicitation/create"))
                .hasSize(1_200)
                .allMatch(release -> execution.span().spanId().equals(release.parentSpanId()))
                .extracting(JournalRecord.Release::spanId)
                .doesNotHaveDuplicates();
    }

    private static OperationRecording ask(ToolRecording execution) {
        return execution.child(
                new OperationStart(
                        Origin.of("s"),
                        "elicitation/create",
                        true,
                        Level.DEFAULT,
                        "{\"message\":\"who\"}",
                        Map.of()));
    }
}
