package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;

/// What an agent does with the calls of one answer, until it has a result for each.
final class ToolTurn {
    private final World world;
    private final Agent agent;
    private final Truth.Inference inference;
    private final SplittableRandom random;
    private final Set<Truth.Call> begun = new HashSet<>();
    private final Map<Truth.Call, List<String>> echoes = new HashMap<>();
    private final Map<Truth.Call, Integer> attempts = new HashMap<>();
    private boolean complete;

    ToolTurn(World world, Agent agent, Truth.Inference inference, SplittableRandom random) {
        this.world = world;
        this.agent = agent;
        this.inference = inference;
        this.random = random;
    }

    Truth.Inference inference() {
        return inference;
    }

    /// The answer is complete: whatever was not begun yet begins now.
    void answered() {
        complete = true;
        var waiting = new ArrayList<>(inference.clientCalls());
        waiting.removeAll(begun);
        switch (agent.habits().order()) {
            case SEQUENTIAL -> nextInSequence();
            case PARALLEL, EARLY -> spread(waiting);
            case SHUFFLED -> {
                Collections.shuffle(waiting, new Random(random.nextLong()));
                spread(waiting);
            }
        }
        goOnWhenAllAreThere();
    }

    void execute(Truth.Call call) {
        if (!begun.add(call)) {
            return;
        }
        if (world.chance(Fault.REFUSED)) {
            call.echoedOtherwise = true;
            later(2_000, () -> settle(call, List.of("The user refused this call.")));
        } else if (world.chance(Fault.SKIPPED)) {
            call.echoedOtherwise = true;
            later(1, () -> settle(call, List.of("Skipped.")));
        } else if (call.tool.equals(Tool.TASK)) {
            String arguments = call.told.arguments();
            String prompt =
                    arguments.substring(arguments.indexOf("Go through"), arguments.length() - 2);
            agent.delegate(call, prompt, answer -> settle(call, List.of(answer)));
        } else if (call.local) {
            var result = world.traffic.results.getFirst();
            var text = result.result(call.tool, call.set, world.resultOrdinal());
            later(80, () -> settle(call, agent.habits().echo().texts(text)));
        } else {
            ToolExchange.send(world, agent, call);
        }
    }

    void finished(Truth.Call call, Result result, boolean failed) {
        int attempt = attempts.merge(call, 1, Integer::sum);
        if (failed && attempt < 3 && world.chance(Fault.TOOL_RETRY)) {
            later(400, () -> ToolExchange.send(world, agent, call));
            return;
        }
        call.echo = agent.habits().echo();
        call.echoedOtherwise = failed;
        settle(call, failed ? result.parts() : agent.habits().echo().texts(result));
    }

    private void settle(Truth.Call call, List<String> texts) {
        echoes.put(call, texts);
        if (agent.habits().order() == Order.SEQUENTIAL) {
            nextInSequence();
        }
        goOnWhenAllAreThere();
    }

    private void nextInSequence() {
        boolean idle = begun.size() == echoes.size();
        inference.clientCalls().stream()
                .filter(call -> idle && !begun.contains(call))
                .findFirst()
                .ifPresent(this::execute);
    }

    private void spread(List<Truth.Call> calls) {
        for (Truth.Call call : calls) {
            world.clock.after(world.around(2 * SimClock.MILLI), () -> execute(call));
        }
    }

    private void goOnWhenAllAreThere() {
        var calls = inference.clientCalls();
        if (complete && echoes.size() == calls.size()) {
            complete = false;
            agent.goOn(
                    calls.stream()
                            .map(call ->
                                    new History.Echo(call, echoes.getOrDefault(call, List.of())))
                            .toList());
        }
    }

    private void later(long millis, Runnable action) {
        world.clock.after(world.around(millis * SimClock.MILLI), action);
    }
}
