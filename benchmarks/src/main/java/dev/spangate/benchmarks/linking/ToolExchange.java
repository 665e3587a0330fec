package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One MCP tool execution as the gateway sees it.
final class ToolExchange {
    private final World world;
    private final Agent agent;
    private final Truth.Execution truth;
    private final ToolRecording recording;
    private final Object process;
    private final Result result;

    private ToolExchange(World world, Agent agent, Truth.Execution truth, ToolRecording recording) {
        this.world = world;
        this.agent = agent;
        this.truth = truth;
        this.recording = recording;
        this.process = world.port.process();
        var kinds = world.traffic.results;
        truth.kind = kinds.get(world.random.nextInt(kinds.size()));
        truth.failed = world.chance(Fault.TOOL_ERROR);
        this.result =
                truth.failed
                        ? Result.of(
                                "Error: " + truth.tool.name() + " is out of order at the moment.")
                        : truth.kind.result(
                                truth.tool, Math.max(0, truth.set), world.resultOrdinal());
    }

    /// Starts the execution that a call asks for; the agent hears of the result later.
    static void send(World world, Agent agent, Truth.Call call) {
        Habits habits = agent.habits();
        String endpoint = call.tool.endpoint(habits.perServer());
        var meta = meta(world, habits, call);
        var start =
                new ToolStart(
                        agent.mcpOrigin(),
                        endpoint,
                        call.tool.server(),
                        call.tool.exposed(endpoint),
                        habits.arguments().client(call.set),
                        meta,
                        null,
                        Map.of());
        var recording = world.port.start(start);
        world.port.tell(recording::sent);
        boolean bypass = call.inference.bypass;
        var truth =
                new Truth.Execution(
                        call.inference.run.scope,
                        call.tool,
                        habits.arguments().equalArguments() ? call.set : -1,
                        bypass ? null : call,
                        habits,
                        agent.session(),
                        recording.span().spanId(),
                        world.clock.elapsed(),
                        call.told.id() != null && meta.containsValue(call.told.id()));
        if (!bypass) {
            call.executions.add(truth);
        }
        world.truth.executions.add(truth);
        var exchange = new ToolExchange(world, agent, truth, recording);
        exchange.begin(call);
    }

    private static Map<String, String> meta(World world, Habits habits, Truth.Call call) {
        var meta = new HashMap<String, String>();
        meta.put("progressToken", "p" + world.random.nextInt(1_000));
        @Nullable String id = call.told.id();
        if (id == null || !habits.hint().callId()) {
            return meta;
        }
        if (world.chance(Fault.FOREIGN_ID)) {
            id = IdStyle.RANDOM.next(world.random, 0);
        }
        String key = habits.hint() == Hint.CODEX ? "callId" : "claudecode/toolUseId";
        meta.put(key, id == null ? "" : id);
        return meta;
    }

    private void begin(Truth.Call call) {
        long latency = world.around(120 * SimClock.MILLI);
        if (world.chance(Fault.SLOW)) {
            latency += world.random.nextLong(240) * SimClock.SECOND;
        }
        if (world.chance(Fault.CANCELLED)) {
            world.clock.after(latency / 2, () -> cancelled(call));
        } else {
            world.clock.after(latency, () -> finished(call));
        }
    }

    private void finished(Truth.Call call) {
        if (killed(call)) {
            return;
        }
        String json = result.json(truth.failed);
        world.port.tell(() -> recording.result(json));
        if (world.chance(Fault.UNDELIVERED)) {
            undelivered(call, json);
            return;
        }
        truth.delivered = true;
        boolean late = world.chance(Fault.LATE_END);
        world.clock.after(late ? world.around(40 * SimClock.MILLI) : 0, () -> ended(json));
        world.clock.after(
                world.around(300 * SimClock.MICRO),
                () -> agent.finished(call, result, truth.failed));
    }

    private void ended(String json) {
        if (!world.port.dead(process)) {
            var outcome =
                    truth.failed
                            ? new Outcome.Failed("tool_error", "the tool failed")
                            : new Outcome.Completed();
            world.port.tell(() -> recording.end(new ToolEnd(outcome, json, true, Map.of())));
            truth.end = world.clock.elapsed();
        } else {
            truth.lost = true;
        }
    }

    private void undelivered(Truth.Call call, String json) {
        truth.failed = true;
        truth.end = world.clock.elapsed();
        var end = new ToolEnd(new Outcome.Completed(), json, false, Map.of());
        world.port.tell(() -> recording.end(end));
        world.clock.after(world.around(300 * SimClock.MILLI), () -> agent.tryAgain(call));
    }

    private void cancelled(Truth.Call call) {
        if (killed(call)) {
            return;
        }
        world.port.tell(recording::close);
        truth.end = world.clock.elapsed();
        truth.failed = true;
        agent.finished(call, new Result(List.of("Cancelled by the user."), ""), true);
    }

    private boolean killed(Truth.Call call) {
        if (!world.port.dead(process)) {
            return false;
        }
        truth.lost = true;
        agent.finished(call, Result.of("Connection lost."), true);
        return true;
    }
}
