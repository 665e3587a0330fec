package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.TraceMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The scorer must notice a context that was not heeded (J), a stranger in somebody's trace and a
/// top span that is missing (T1): here the truth is spoilt, so that right records contradict it.
class InvariantsTest {
    private static World world(TraceMode mode) {
        var world =
                new World(Traffic.of(Habits.PLAIN.with(Hint.TRACE)).agents(2, 2).modes(mode), 11);
        world.run();
        return world;
    }

    @ParameterizedTest
    @EnumSource(TraceMode.class)
    void aRunIsPlacedAsItsModeSaysAndAnyOtherModeIsAFault(TraceMode mode) {
        var world = world(mode);
        assertThat(world.truth.runs).isNotEmpty().allMatch(run -> run.traceId != null);
        assertThat(Scorer.score(world.truth, world.records).faults).isEmpty();

        for (TraceMode other : TraceMode.values()) {
            if (other != mode) {
                world.truth.runs.forEach(run -> run.placedBy(other, run.traceId));
                assertThat(Scorer.score(world.truth, world.records).faults)
                        .as("%s told as %s", mode, other)
                        .containsKey("a context in mode " + other + " did not do what it says (J)");
            }
        }
    }

    @Test
    void aStrangersSpanInATraceOfSomebodyElseIsWrong() {
        var world = world(TraceMode.JOIN);
        assertThat(Scorer.score(world.truth, world.records).wrong).isZero();

        world.truth.strangers.add(world.truth.executions.getFirst().spanId);
        assertThat(Scorer.score(world.truth, world.records).wrongs)
                .contains("a stranger's span in a trace of somebody else");
    }

    @Test
    void aStrangerExecutesEchoesAndFloodsWithoutChangingTheOthersFigures() {
        var traffic = Traffic.of(Habits.CLAUDE_CODE).agents(4, 1).size(3, 3, 3).within(4);
        var alone = new World(traffic, 3);
        alone.run();
        var beside = new World(traffic.copy().fault(Fault.STRANGER, 20), 3);
        beside.run();

        assertThat(beside.truth.strangers).hasSizeGreaterThan(500);
        var expected = Scorer.score(alone.truth, alone.records);
        var score = Scorer.score(beside.truth, beside.records);
        assertThat(score.wrong).isZero();
        assertThat(score.faults).isEmpty();
        assertThat(score.certainRight).isEqualTo(expected.certainRight).isPositive();
        assertThat(score.unlinked).isEqualTo(expected.unlinked);
    }

    @Test
    void onlyCallsThatCouldNotBeReadExcuseAMissingTopSpan() {
        var world = new World(Traffic.of(Habits.PLAIN).size(4, 3, 2).fault(Fault.UNREAD, 0.5), 5);
        world.run();
        assertThat(Scorer.score(world.truth, world.records).faults).isEmpty();

        var spans = new Spans(world.records);
        var alone =
                world.truth.inferences.stream()
                        .filter(i -> i.complete && !i.calls.isEmpty())
                        .filter(i -> spans.top(i.spanId).equals(i.spanId))
                        .toList();
        assertThat(alone).isNotEmpty().allMatch(i -> i.calls.stream().allMatch(c -> c.unread));
        alone.getFirst().calls.getFirst().unread = false;
        assertThat(Scorer.score(world.truth, world.records).faults)
                .containsKey("an inference with tool calls stands without a top span (T1)");
    }
}
