package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rule J: what a caller's own trace context does.
final class PlacementTest {
    private static final String A = "call_a8f3k2m9x0";
    private static final TraceContext CONTEXT = context("4bf92f3577b34da6a3ce929d0e0e4736");

    private final Stage stage = new Stage().expose("/mcp", "search");

    private static TraceContext context(String traceId) {
        return TraceContext.parse("00-" + traceId + "-00f067aa0ba902b7-01", "").orElseThrow();
    }

    private Stage.Agent agent(TraceMode mode, TraceContext context) {
        return stage.agent(Stage.with(Origin.of("s"), mode, context));
    }

    private JournalRecord.Release single(Stage.Agent agent) {
        var only = agent.says("hi " + stage.clock.get()).ask();
        agent.text(only, "hello " + stage.clock.get());
        return stage.recorded.released(only.span());
    }

    @Test
    void joinPutsTheTopSpanBelowTheCallersSpanAsAppRoot() {
        var agent = agent(TraceMode.JOIN, CONTEXT).says("go");
        agent.calls(agent.ask(), new ToolCall(A, "local", "{}"));
        agent.result(A, "ok");
        var last = agent.ask();
        agent.text(last, "done");
        var top = stage.recorded.named("invoke_agent").getFirst();
        assertThat(top.traceId()).isEqualTo(CONTEXT.traceId());
        assertThat(top.parentSpanId()).isEqualTo(CONTEXT.spanId());
        assertThat(top.remoteParent()).isTrue();
        assertThat(top.appRoot()).isTrue();
        assertThat(top.run().traceLevel()).isTrue();
        var child = stage.recorded.released(last.span());
        assertThat(child.appRoot()).isFalse();
        assertThat(child.parentSpanId()).isEqualTo(top.spanId());
    }

    @Test
    void j2AGenerationWithoutATopSpanIsAppRootItself() {
        var release = single(agent(TraceMode.JOIN, CONTEXT));
        assertThat(release.traceId()).isEqualTo(CONTEXT.traceId());
        assertThat(release.parentSpanId()).isEqualTo(CONTEXT.spanId());
        assertThat(release.appRoot()).isTrue();
    }

    @Test
    void parentIsTheSameWithoutAppRootAndTraceLevel() {
        var release = single(agent(TraceMode.PARENT, CONTEXT));
        assertThat(release.parentSpanId()).isEqualTo(CONTEXT.spanId());
        assertThat(release.remoteParent()).isTrue();
        assertThat(release.appRoot()).isFalse();
        assertThat(release.run().traceLevel()).isFalse();
    }

    @Test
    void linkKeepsATraceOfItsOwnAndIgnoreForgetsTheContext() {
        var linked = single(agent(TraceMode.LINK, CONTEXT));
        assertThat(linked.traceId()).isNotEqualTo(CONTEXT.traceId());
        assertThat(linked.links())
                .singleElement()
                .satisfies(link -> assertThat(link.spanId()).isEqualTo(CONTEXT.spanId()));
        var ignored = single(agent(TraceMode.IGNORE, CONTEXT));
        assertThat(ignored.traceId()).isNotEqualTo(CONTEXT.traceId());
        assertThat(ignored.links()).isEmpty();
    }

    @Test
    void j1JoinFallsBackWhereTheIdIsNoIdOrSomebodyElses() {
        assertThat(
                        single(agent(TraceMode.JOIN, context("00000000000000000000000000000006")))
                                .links())
                .hasSize(1);
        assertThat(single(agent(TraceMode.JOIN, CONTEXT)).traceId()).isEqualTo(CONTEXT.traceId());
        var other = stage.agent(Stage.with(Origin.of("other"), TraceMode.JOIN, CONTEXT));
        assertThat(single(other).traceId()).isNotEqualTo(CONTEXT.traceId());
        assertThat(stage.linker.stats().joinFallbacks()).isEqualTo(2);
    }

    @Test
    void j1JoinFallsBackAfterADayAndAfterAHundredRuns() {
        for (int i = 0; i < 100; i++) {
            assertThat(single(agent(TraceMode.JOIN, CONTEXT)).traceId())
                    .isEqualTo(CONTEXT.traceId());
        }
        assertThat(single(agent(TraceMode.JOIN, CONTEXT)).traceId())
                .isNotEqualTo(CONTEXT.traceId());
        var fresh = context("0af7651916cd43dd8448eb211c80319c");
        assertThat(single(agent(TraceMode.JOIN, fresh)).traceId()).isEqualTo(fresh.traceId());
        stage.pass(25L * 3_600_000);
        assertThat(single(agent(TraceMode.JOIN, fresh)).traceId()).isNotEqualTo(fresh.traceId());
    }

    @Test
    void j2OnlyTheFirstInferencesContextPlacesARun() {
        var agent = stage.agent("s").says("go");
        var first = agent.ask();
        agent.calls(first, new ToolCall(A, "search", "{}"));
        agent.mcp = Stage.with(Origin.of("s"), TraceMode.JOIN, CONTEXT);
        var execution = agent.execute("search", "{}", "callId", A);
        agent.done(execution, "ok");
        agent.llm = agent.mcp;
        agent.result(A, "ok");
        var second = agent.ask();
        agent.text(second, "done");
        assertThat(second.span().traceId()).isEqualTo(first.span().traceId());
        assertThat(stage.recorded.released(execution.span()).links())
                .anyMatch(link -> link.spanId().equals(CONTEXT.spanId()));
        assertThat(stage.recorded.released(second.span()).links())
                .anyMatch(link -> link.spanId().equals(CONTEXT.spanId()));
    }

    @Test
    void j2SeveralRunsShareAJoinedTraceAndKeepItsFirstName() {
        var one = agent(TraceMode.JOIN, CONTEXT);
        var named =
                new Origin(
                        "s",
                        "s",
                        "other-agent",
                        null,
                        null,
                        null,
                        Map.of(),
                        CONTEXT,
                        TraceMode.JOIN,
                        List.of(),
                        null,
                        "",
                        Map.of(),
                        Capture.FULL);
        single(one);
        var two = single(stage.agent(named));
        assertThat(two.traceId()).isEqualTo(CONTEXT.traceId());
        assertThat(two.run().traceName()).isEqualTo("s");
    }

    @Test
    void operationsAreTracesOfTheirOwnOrGoWhereJPutsThem() {
        var alone = operation(Origin.of("s"));
        assertThat(stage.recorded.released(alone.span()).parentSpanId()).isNull();
        var joined = operation(Stage.with(Origin.of("s"), TraceMode.JOIN, CONTEXT));
        assertThat(stage.recorded.released(joined.span()).parentSpanId())
                .isEqualTo(CONTEXT.spanId());
        assertThat(stage.recorded.named("tools/list weather"))
                .hasSize(2)
                .allSatisfy(child ->
                        assertThat(child.parentSpanId())
                                .isIn(alone.span().spanId(), joined.span().spanId()));
    }

    private OperationRecording operation(Origin origin) {
        var list =
                stage.linker.start(
                        new OperationStart(
                                origin, "tools/list", true, Level.DEBUG, null, Map.of()));
        try (var child =
                list.child(
                        new OperationStart(
                                origin, "tools/list weather", true, Level.DEBUG, null, Map.of()))) {
            child.end(new Outcome.Completed(), "[]", Map.of());
        }
        list.end(
                new Outcome.Failed("timeout", "the server weather did not answer"), "[]", Map.of());
        assertThat(stage.recorded.draft(stage.recorded.released(list.span())).level())
                .isEqualTo(Level.ERROR);
        return list;
    }
}
