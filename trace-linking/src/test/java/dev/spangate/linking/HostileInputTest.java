package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Rule L11 and J3: what a client can send changes nothing for anyone else, and breaks nothing.
@Timeout(60)
final class HostileInputTest {
    private static final String A = "call_a8f3k2m9x0";

    private final Stage stage = new Stage().expose("/mcp", "search");

    private ToolRecording linkable(Stage.Agent agent) {
        agent.says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var execution = agent.execute("search", "{\"q\":1}", "callId", A);
        agent.done(execution, "ok");
        return execution;
    }

    private void assertUnharmed() {
        var execution = linkable(stage.agent("victim"));
        assertThat(Recorded.method(stage.recorded.released(execution.span()))).isEqualTo("call-id");
        assertThat(stage.linker.stats().faults()).isZero();
    }

    @Test
    void aMillionInventedIdsAreRememberedByNobody() {
        var small =
                new LinkingConfig(
                        LinkingConfig.defaults().window(),
                        LinkingConfig.defaults().hold(),
                        LinkingConfig.defaults().idle(),
                        LinkingConfig.defaults().callIdKeys(),
                        1_000,
                        1_000);
        var counted = new int[1];
        var clock = new long[] {1_800_000_000_000_000_000L};
        var linker = TraceLinker.create(small, () -> clock[0] += 1_000, _ -> counted[0]++);
        linker.expose("/mcp", List.of(new ExposedTool("search", "srv", null)));
        var origin = Origin.of("thief");
        Runtime.getRuntime().gc();
        long before = used();
        for (int i = 0; i < 1_000_000; i++) {
            var recording =
                    linker.start(
                            new ToolStart(
                                    origin,
                                    "/mcp",
                                    "srv",
                                    "search",
                                    "{}",
                                    Map.of("callId", "call_" + Long.toHexString(Keyed.mix(i))),
                                    null,
                                    Map.of()));
            recording.end(new ToolEnd(new Outcome.Completed(), null, true, Map.of()));
        }
        Runtime.getRuntime().gc();
        assertThat(used() - before).isLessThan(64L << 20);
        assertThat(linker.stats().unlinked()).isEqualTo(1_000_000);
        assertThat(linker.stats().faults()).isZero();
        assertThat(counted[0]).isGreaterThanOrEqualTo(1_000_000);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void callsBeyondTheBoundAreEvictedCountedAndMakeNothingProbable() {
        var small =
                new LinkingConfig(
                        LinkingConfig.defaults().window(),
                        LinkingConfig.defaults().hold(),
                        LinkingConfig.defaults().idle(),
                        LinkingConfig.defaults().callIdKeys(),
                        100,
                        1_000);
        var stage = new Stage(small).expose("/mcp", "search");
        for (int i = 0; i < 1_000; i++) {
            var agent = stage.agent("s").says("task " + i);
            agent.calls(
                    agent.ask(),
                    new ToolCall(
                            "call_" + Long.toHexString(Keyed.mix(i)),
                            "search",
                            "{\"i\":" + i + "}"));
        }
        assertThat(stage.linker.stats().openCalls()).isLessThanOrEqualTo(101);
        assertThat(stage.linker.stats().evicted()).isGreaterThanOrEqualTo(899);
        var agent = stage.agent("s");
        var execution = agent.execute("search", "{\"i\":999}");
        agent.done(execution, "ok");
        stage.pass(11 * 60_000);
        assertThat(Recorded.method(stage.recorded.released(execution.span()))).isEqualTo("none");
        var other = linkable(stage.agent("other"));
        assertThat(Recorded.method(stage.recorded.released(other.span()))).isEqualTo("call-id");
    }

    @Test
    void oneIdForEverythingStaysCheap() {
        for (int i = 0; i < 20_000; i++) {
            var agent = stage.agent("thief").says("same");
            agent.calls(agent.ask(), new ToolCall("call_0", "search", "{}"));
            if (i % 100 == 0) {
                agent.done(agent.execute("search", "{}", "callId", "call_0"), "ok");
                agent.result("call_0", "ok");
                agent.text(agent.ask(), "done");
            }
        }
        stage.pass(11 * 60_000);
        assertThat(stage.recorded.named("tools/call")).hasSize(200);
        assertThat(stage.recorded.named("tools/call").stream().skip(1).map(Recorded::method))
                .containsOnly("none");
        assertUnharmed();
    }

    @Test
    void deepAndHugeArgumentsNeitherOverflowNorStopMatching() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        String huge = "{\"text\":\"" + "x".repeat(5 << 20) + "\"}";
        for (var arguments :
                List.of(deep, huge, "{\"a\":" + "{\"a\":".repeat(50_000), "\u0000", "{")) {
            var agent = stage.agent("s").says("go " + arguments.length());
            agent.calls(agent.ask(), new ToolCall("call_0", "search", arguments));
            var execution = agent.execute("search", arguments);
            agent.done(execution, deep);
            agent.result("call_0", deep);
            agent.text(agent.ask(), "done");
            assertThat(Recorded.confidence(stage.recorded.released(execution.span())))
                    .isEqualTo("certain");
        }
        assertUnharmed();
    }

    @Test
    void controlCharactersInIdsAndNamesAreOrdinaryText() {
        String id = "call_\u0000\r\n\u001b[31m\ud800x9k2m4p7";
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(id, "sea\u0000rch\nsearch", "{}"));
        var execution = agent.execute("search", "{}", "callId", id);
        agent.done(execution, "ok");
        agent.result(id, "ok");
        agent.text(agent.ask(), "done");
        assertThat(stage.recorded.release(execution.span().spanId())).isPresent();
        assertThat(stage.linker.stats().faults()).isZero();
        var next = new Stage();
        next.linker.resume(List.of(stage.linker.checkpoint()));
        assertThat(next.linker.stats().faults()).isZero();
    }

    @Test
    void oneConstantTraceIdFromEverybodyJoinsNobodyToAnother() {
        var context =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String scope = "caller-" + i % 3;
            var agent = stage.agent(Stage.with(Origin.of(scope), TraceMode.JOIN, context));
            var only = agent.says("turn " + i).ask();
            agent.text(only, "answer " + i);
            var release = stage.recorded.released(only.span());
            var owner = owners.putIfAbsent(release.traceId(), scope);
            assertThat(owner == null || owner.equals(scope)).isTrue();
        }
        assertThat(stage.linker.stats().joinFallbacks()).isEqualTo(200);
        assertUnharmed();
    }

    @Test
    void floodsOfTraceContextsPushOutNobodyElses() {
        var mine =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        var victim = stage.agent(Stage.with(Origin.of("victim"), TraceMode.JOIN, mine));
        victim.done(victim.execute("search", "{}"), "ok");
        for (int i = 0; i < 50_000; i++) {
            var flood =
                    TraceContext.parse(
                            "00-%016x%016x-00f067aa0ba902b7-01"
                                    .formatted(Keyed.mix(i), Keyed.mix(-i - 1)),
                            "a=b,".repeat(512));
            var operation =
                    stage.linker.start(
                            new OperationStart(
                                    Stage.with(
                                            Origin.of("thief"),
                                            TraceMode.JOIN,
                                            flood.orElseThrow()),
                                    "tools/list",
                                    true,
                                    Level.DEBUG,
                                    null,
                                    Map.of()));
            operation.close();
        }
        var thief = stage.agent(Stage.with(Origin.of("thief"), TraceMode.JOIN, mine));
        var execution = thief.execute("search", "{}");
        thief.done(execution, "ok");
        assertThat(stage.recorded.released(execution.span()).traceId())
                .isNotEqualTo(mine.traceId());
    }

    @Test
    void aSinkThatThrowsIsCaughtAndCounted() {
        var linker =
                TraceLinker.create(
                        LinkingConfig.defaults(),
                        EpochClock.system(),
                        _ -> {
                            throw new IllegalStateException("disk full");
                        });
        linker.start(
                        new OperationStart(
                                Origin.of("s"), "tools/list", true, Level.DEBUG, null, Map.of()))
                .close();
        assertThat(linker.stats().faults()).isPositive();
    }

    @Test
    void manyThreadsAtOnceLoseNothing() throws InterruptedException {
        var threads = new Thread[8];
        for (int t = 0; t < threads.length; t++) {
            int number = t;
            threads[t] =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 200; i++) {
                                    var agent = stage.agent("s").says(number + " asks " + i);
                                    String id =
                                            "call_"
                                                    + Long.toHexString(
                                                            Keyed.mix(number * 1000L + i));
                                    agent.calls(agent.ask(), new ToolCall(id, "search", "{}"));
                                    agent.done(agent.execute("search", "{}", "callId", id), "ok");
                                    agent.result(id, "ok");
                                    agent.text(agent.ask(), "done");
                                }
                            });
        }
        for (var thread : threads) {
            thread.join();
        }
        stage.linker.close();
        assertThat(stage.recorded.named("tools/call").stream().map(Recorded::method))
                .hasSize(1_600)
                .containsOnly("call-id");
        assertThat(stage.recorded.named("invoke_agent")).hasSize(1_600);
        assertThat(stage.linker.stats().openCalls()).isZero();
    }
}
