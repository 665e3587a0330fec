package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Message;
import dev.spangate.linking.Origin;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolResult;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceContext;
import dev.spangate.linking.TraceMode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Somebody with a key of his own who knows everything that another caller sent: call ids,
/// sessions, trace ids, arguments. He executes their calls, echoes their results and floods the
/// gateway with ids, contexts and arguments; nothing of it may touch them (rule L11).
final class Stranger {
    private static final String CONTROL = "call_\u0000\u001b[31m\u2028\ud800x9k2j4h5";
    private static final String DEEP = "[".repeat(5_000) + "]".repeat(5_000);

    private final World world;
    private final SplittableRandom random;

    Stranger(World world) {
        this.world = world;
        this.random = new SplittableRandom(1); // of its own: the others do the same without him
    }

    /// One round of it, on what was called last.
    void strike() {
        var calls = world.truth.calls;
        for (int i = Math.max(0, calls.size() - 8); i < calls.size(); i++) {
            var call = calls.get(i);
            execute(call, call.told.id(), call.told.arguments());
            echo(call);
        }
        if (!calls.isEmpty()) {
            var last = calls.getLast();
            execute(last, CONTROL, DEEP);
            for (int n = 0; n < 50; n++) {
                execute(last, IdStyle.RANDOM.next(random, n), "{\"n\":" + random.nextInt() + "}");
            }
        }
    }

    /// Their session, their trace, sampled, with as much baggage as fits.
    private Origin disguised(Truth.Call call) {
        String theirs = call.inference.run.traceId;
        String trace =
                theirs == null
                        ? "%016x%016x".formatted(random.nextLong() | 1L, random.nextLong())
                        : theirs;
        var context =
                new TraceContext(
                        trace, "%016x".formatted(random.nextLong() | 1L), true, "k=v,".repeat(512));
        String session = call.executions.isEmpty() ? "" : call.executions.getFirst().session;
        return new Origin(
                "stranger",
                "stranger",
                null,
                null,
                session.isEmpty() ? null : session,
                call.inference.run.scope,
                session.isEmpty() ? Map.of() : Map.of("session", session),
                context,
                TraceMode.JOIN,
                List.of(),
                null,
                "connection-" + call.inference.run.agent,
                Map.of("baggage", "user=" + call.inference.run.scope + ",".repeat(10_000)));
    }

    private void execute(Truth.Call call, @Nullable String id, String arguments) {
        Map<String, String> meta = id == null ? Map.of() : Map.of("callId", id);
        Tool tool = call.tool.local() ? Tool.SERVED.getFirst() : call.tool;
        var start =
                new ToolStart(
                        disguised(call),
                        "/mcp",
                        tool.server(),
                        tool.exposed("/mcp"),
                        arguments,
                        meta,
                        null,
                        Map.of());
        var recording = world.port.start(start);
        world.truth.strangers.add(recording.span().spanId());
        world.port.tell(() -> {
            recording.sent();
            String result = ResultKind.OK.result(tool, 0, 0).json(false);
            recording.result(result);
            recording.end(new ToolEnd(new Outcome.Completed(), result, true, Map.of()));
        });
    }

    /// As if he were the agent that had asked.
    private void echo(Truth.Call call) {
        var asked =
                new Message(Message.Role.ASSISTANT, List.of(), List.of(call.told), List.of(), "");
        var result = new ToolResult(call.told.id(), null, List.of("ok"), false);
        var messages =
                List.of(
                        Message.text(Message.Role.USER, "Go on."),
                        asked,
                        new Message(Message.Role.TOOL, List.of(), List.of(), List.of(result), ""));
        var recording =
                world.port.start(
                        new InferenceStart(
                                disguised(call),
                                "chat",
                                "openai",
                                "model-1",
                                messages,
                                call.inference.spanId.isEmpty()
                                        ? null
                                        : "resp_" + call.inference.spanId,
                                true,
                                History.digest(messages),
                                "{}",
                                Map.of()));
        world.truth.strangers.add(recording.span().spanId());
        world.port.tell(recording::close);
    }
}
