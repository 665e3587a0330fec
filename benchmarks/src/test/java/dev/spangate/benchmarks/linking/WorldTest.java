package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.Message;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorldTest {
    @Test
    void equalSeedsGiveEqualFiguresInEveryScenario() {
        for (Scenario scenario : Scenarios.all()) {
            var once = new Scenario(scenario.name(), "", "", true, 1, scenario.traffic());
            assertThat(once.run(5, false).figures())
                    .as(scenario.name())
                    .isEqualTo(once.run(5, false).figures());
        }
    }

    @Test
    void otherSeedsGiveOtherWorlds() {
        var scenario = Scenarios.all().getLast();
        var one = new World(scenario.traffic(), 1);
        var two = new World(scenario.traffic(), 2);
        one.run();
        two.run();
        assertThat(one.truth.executions.size() + "/" + one.truth.inferences.size())
                .isNotEqualTo(two.truth.executions.size() + "/" + two.truth.inferences.size());
    }

    @Test
    void everyScenarioExecutesToolsAndHasANameOfItsOwn() {
        var names = new HashSet<String>();
        for (Scenario scenario : Scenarios.all()) {
            assertThat(names.add(scenario.name())).as(scenario.name()).isTrue();
            var world = new World(scenario.traffic(), 3);
            world.run();
            assertThat(world.truth.executions).as(scenario.name()).isNotEmpty();
        }
    }

    @Test
    void everyFaultHappensWhereItIsAskedFor() {
        assertThat(world(Fault.LOCAL).calls).anyMatch(call -> call.tool.local());
        assertThat(world(Fault.ANSWERED_ELSEWHERE).calls)
                .anyMatch(call -> call.local && !call.tool.local());
        assertThat(world(Fault.TOOL_ERROR).executions).anyMatch(e -> e.failed);
        assertThat(world(Fault.CANCELLED).executions).anyMatch(e -> e.failed && !e.delivered);
        assertThat(world(Fault.BROKEN_ANSWER).inferences)
                .anyMatch(i -> i.recorded() && !i.complete);
        assertThat(world(Fault.NEVER_BACK).calls).anyMatch(c -> c.closed == Truth.NEVER);
        assertThat(world(Fault.SUB_AGENT).runs).anyMatch(run -> run.subAgentOf != null);
        assertThat(world(Fault.BYPASS).executions).anyMatch(e -> e.call == null);
        var killed = new World(Traffic.of(Habits.PLAIN).fault(Fault.KILL, 3), 1);
        killed.run();
        assertThat(killed.truth.kills).hasSize(3);
    }

    @Test
    void callsAreOpenFromTheirIssueToTheEcho() {
        for (Truth.Call call : world(Fault.LATE_END).calls) {
            assertThat(call.issued).isGreaterThan(call.inference.start);
            assertThat(call.closed).isGreaterThan(call.issued);
            call.executions.forEach(e -> assertThat(e.start).isGreaterThan(call.issued));
        }
    }

    @Test
    void anEarlyClientBeginsBeforeTheAnswerHasEndedAndAShuffledOneInAnotherOrder() {
        var early = world(Habits.PLAIN.with(Order.EARLY));
        assertThat(early.executions).anyMatch(e -> e.start < e.call.inference.end);
        var shuffled = world(Habits.PLAIN.with(Order.SHUFFLED));
        assertThat(shuffled.executions)
                .anyMatch(e ->
                        e.call.position > 0
                                && e.call.inference.calls.stream()
                                        .limit(e.call.position)
                                        .flatMap(c -> c.executions.stream())
                                        .anyMatch(other -> other.start > e.start));
    }

    @Test
    void historiesAreReToldAsTheirStyleSays() {
        assertThat(messages(HistoryStyle.FULL)).hasSize(6);
        assertThat(messages(HistoryStyle.NO_TOOLS))
                .allMatch(m -> m.results().isEmpty() && m.calls().isEmpty());
        assertThat(messages(HistoryStyle.COMPACTED).get(1).text()).startsWith("Summary");
        assertThat(messages(HistoryStyle.FIRST_REWORDED).get(1).text()).startsWith("(resumed");
        assertThat(messages(HistoryStyle.DOUBLED).stream().filter(m -> !m.results().isEmpty()))
                .hasSize(2);
    }

    private static List<Message> messages(HistoryStyle style) {
        var habits = Habits.PLAIN.with(style);
        var run = new Truth.Run(0, "s", habits, true, null);
        var inference = new Truth.Inference(run, false);
        var told = new dev.spangate.linking.ToolCall("call_x", "t", "{}");
        var call = new Truth.Call(inference, told, Tool.SERVED.getFirst(), 1, false);
        var history = new History(habits);
        history.beginRun("first");
        history.answer("", List.of(call));
        history.results(List.of(new History.Echo(call, List.of("result"))));
        history.answer("done", List.of());
        history.beginRun("second");
        return history.messages();
    }

    private static Truth world(Fault fault) {
        var world = new World(Traffic.of(Habits.PLAIN).size(4, 3, 3).fault(fault, 0.5), 1);
        world.run();
        return world.truth;
    }

    private static Truth world(Habits habits) {
        var world = new World(Traffic.of(habits), 1);
        world.run();
        return world.truth;
    }
}
