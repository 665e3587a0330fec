package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Message;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One LLM call as the gateway sees it: request, first token, calls one by one, end.
final class InferenceExchange {
    private static final long NETWORK = 200 * SimClock.MICRO;

    private final World world;
    private final Agent agent;
    private final Truth.Inference truth;
    private final @Nullable InferenceLeg leg;
    private final Object process;
    private final boolean streamed;
    private final int breaksAt;

    private InferenceExchange(
            World world,
            Agent agent,
            Truth.Inference truth,
            @Nullable InferenceLeg leg,
            boolean streamed) {
        this.world = world;
        this.agent = agent;
        this.truth = truth;
        this.leg = leg;
        this.process = world.port.process();
        this.streamed = streamed;
        boolean breaks = world.chance(Fault.BROKEN_ANSWER);
        this.breaksAt = breaks ? world.random.nextInt(truth.calls.size() + 2) : -1;
    }

    /// Sends the request now; the agent hears of everything later.
    static void send(World world, Agent agent, Truth.Inference truth, boolean retry) {
        var messages = agent.messages();
        String previous = agent.previousResponse();
        truth.start = world.clock.elapsed();
        InferenceLeg leg = null;
        boolean streamed = world.random.nextInt(4) > 0;
        if (!truth.bypass) {
            var start =
                    new InferenceStart(
                            agent.llmOrigin(),
                            "chat",
                            "openai",
                            "model-1",
                            messages,
                            previous,
                            retry,
                            History.digest(messages),
                            "{\"messages\":[]}",
                            Map.of());
            leg = world.legs.open(world.port, start, streamed);
            truth.spanId = leg.spanId();
        }
        var exchange = new InferenceExchange(world, agent, truth, leg, streamed);
        world.clock.after(world.around(150 * SimClock.MILLI), exchange::firstToken);
    }

    private void firstToken() {
        if (broken(0)) {
            return;
        }
        tell(InferenceLeg::firstToken);
        if (streamed) {
            tell(InferenceLeg::answered);
        }
        world.clock.after(world.around(20 * SimClock.MILLI), () -> next(0));
    }

    private void next(int position) {
        if (broken(position + 1)) {
            return;
        }
        if (position == truth.calls.size()) {
            end();
            return;
        }
        var call = truth.calls.get(position);
        call.unread = !call.byProvider && world.chance(Fault.UNREAD);
        if (call.unread) {
            tell(InferenceLeg::unread);
            var times = world.truth.unread.computeIfAbsent(truth.run.scope, _ -> new ArrayList<>());
            times.add(world.clock.elapsed());
        } else {
            tell(r -> r.toolCall(call.told));
            call.issued = truth.bypass ? Truth.NEVER : world.clock.elapsed();
        }
        if (call.byProvider) {
            tell(r -> r.toolResult(agent.providerResult(call)));
        } else if (streamed) {
            world.clock.after(world.around(NETWORK), () -> agent.sees(call));
        }
        long gap = streamed ? world.around(15 * SimClock.MILLI) : 0;
        world.clock.after(gap, () -> next(position + 1));
    }

    private void end() {
        tell(InferenceLeg::answered);
        tell(r -> r.end(completed()));
        truth.end = world.clock.elapsed();
        truth.complete = true;
        world.clock.after(world.around(NETWORK), () -> agent.answered(truth));
    }

    private InferenceEnd completed() {
        var calls = truth.calls.stream().filter(c -> !c.unread).map(call -> call.told).toList();
        String text = agent.answerText(truth);
        var answer =
                new Message(
                        Message.Role.ASSISTANT,
                        text.isEmpty() ? List.of() : List.of(text),
                        calls,
                        List.of(),
                        "");
        return new InferenceEnd(
                new Outcome.Completed(),
                true,
                truth.paused,
                "model-1",
                agent.responseId(truth),
                List.of(calls.isEmpty() ? "stop" : "tool_calls"),
                Usage.of(100, 10),
                Map.of(),
                answer,
                "{}",
                Map.of());
    }

    /// True when the exchange is over without an answer: killed, or the client leaves here.
    private boolean broken(int step) {
        boolean killed = leg != null && world.port.dead(process);
        if (!killed && step != breaksAt) {
            return false;
        }
        if (!killed) {
            tell(InferenceLeg::leave);
            truth.end = world.clock.elapsed();
        }
        world.clock.after(world.around(500 * SimClock.MILLI), () -> agent.broken(truth));
        return true;
    }

    private void tell(Consumer<InferenceLeg> message) {
        if (leg != null) {
            message.accept(leg);
        }
    }
}
