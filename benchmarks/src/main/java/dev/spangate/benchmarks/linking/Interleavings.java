package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.Message;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolEnd;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Two agents under one key with the same tool and the same arguments, in every order of their five
/// events each: answer with the call, execution begins, ends, echo arrives, final answer.
final class Interleavings {
    /// Results that differ, that never differ, and that are too short to prove.
    static final List<ResultKind> KINDS =
            List.of(ResultKind.UNIQUE, ResultKind.OK, ResultKind.SHORT);

    private static final int STEPS = 5;
    private static final int ORDERS = 252;

    private final SimClock clock = new SimClock();
    private final Truth truth = new Truth();
    private final Records records = new Records(clock);
    private final Port port = new Port(clock, records, LinkingConfig.defaults());
    private final ResultKind kind;

    private Interleavings(ResultKind kind) {
        this.kind = kind;
    }

    /// Its row in the table.
    static Scenario scenario(ResultKind kind) {
        return Scenarios.counted(
                "orders-" + kind.name().toLowerCase(Locale.ROOT),
                "two agents, one key, equal calls: all 252 orders of their five events each",
                kind.unique()
                        ? "the echoed text decides"
                        : "calls that overlap cannot be told apart",
                ORDERS,
                new Traffic());
    }

    /// All orders with results of a kind.
    static Score run(ResultKind kind) {
        var total = new Score();
        int orders = 0;
        for (int bits = 0; bits < 1 << (2 * STEPS); bits++) {
            if (Integer.bitCount(bits) == STEPS) {
                total.add(new Interleavings(kind).order(bits));
                orders++;
            }
        }
        if (orders != ORDERS) {
            throw new IllegalStateException(orders + " orders");
        }
        return total;
    }

    /// Bit `n` says which agent has the `n`-th event.
    private Score order(int bits) {
        var sides = List.of(new Side(0), new Side(1));
        for (int i = 0; i < 2 * STEPS; i++) {
            var side = sides.get(bits >> i & 1);
            clock.after(i * SimClock.MILLI, side::next);
        }
        for (int i = 1; i < 200; i++) {
            clock.after(i * 5L * SimClock.SECOND, port::tick);
        }
        while (clock.next()) {
            // in order
        }
        var score = Scorer.score(truth, records);
        score.cpuNanos = port.cpuNanos();
        score.wrongs.replaceAll(text -> text + " (order " + Integer.toBinaryString(bits) + ")");
        return score;
    }

    /// One of the two agents.
    private final class Side {
        private final int number;
        private final Caller caller;
        private final Truth.Run run;
        private final Truth.Inference asking;
        private final Truth.Inference last;
        private final Truth.Call call;
        private final Result result;
        private int step;
        private @Nullable ToolRecording execution;
        private @Nullable InferenceRecording finalAnswer;

        Side(int number) {
            this.number = number;
            this.caller =
                    new Caller("team", Habits.PLAIN, "s" + number, "c" + number, TraceMode.JOIN);
            this.run = new Truth.Run(number, "team", Habits.PLAIN, true, null);
            this.asking = new Truth.Inference(run, false);
            this.last = new Truth.Inference(run, false);
            String id = IdStyle.RANDOM.next(new SplittableRandom(number), 0);
            Tool tool = Tool.SERVED.getFirst();
            var told = new ToolCall(id, tool.exposed("/mcp"), ArgumentStyle.model(1));
            this.call = new Truth.Call(asking, told, tool, 1, false);
            this.result = kind.result(tool, 1, number);
            asking.calls.add(call);
            run.inferences.addAll(List.of(asking, last));
            truth.runs.add(run);
            truth.inferences.addAll(run.inferences);
            truth.calls.add(call);
        }

        void next() {
            switch (step++) {
                case 0 -> ask();
                case 1 -> execute();
                case 2 -> finish();
                case 3 -> echo();
                default -> answer();
            }
        }

        private List<Message> messages(boolean withEcho) {
            var history = new History(Habits.PLAIN);
            history.beginRun("Request of " + number + ": look after the shelf.");
            if (withEcho) {
                history.answer("", asking.calls);
                history.results(List.of(new History.Echo(call, EchoStyle.VERBATIM.texts(result))));
            }
            return history.messages();
        }

        private InferenceRecording start(Truth.Inference inference, boolean withEcho) {
            inference.start = clock.elapsed();
            var messages = messages(withEcho);
            var recording =
                    port.start(
                            new InferenceStart(
                                    caller.llm("", new SplittableRandom(1)),
                                    "chat",
                                    "openai",
                                    "model-1",
                                    messages,
                                    null,
                                    false,
                                    History.digest(messages),
                                    "{}",
                                    Map.of()));
            recording.sent();
            inference.spanId = recording.span().spanId();
            return recording;
        }

        private void ask() {
            var recording = start(asking, false);
            recording.toolCall(call.told);
            call.issued = clock.elapsed();
            end(recording, asking, "", List.of(call.told));
        }

        private void end(
                InferenceRecording recording,
                Truth.Inference inference,
                String text,
                List<ToolCall> calls) {
            recording.answered();
            var texts = new ArrayList<String>();
            if (!text.isEmpty()) {
                texts.add(text);
            }
            var answer = new Message(Message.Role.ASSISTANT, texts, calls, List.of(), "");
            recording.end(
                    new InferenceEnd(
                            new Outcome.Completed(),
                            true,
                            false,
                            null,
                            null,
                            List.of(),
                            null,
                            Map.of(),
                            answer,
                            null,
                            Map.of()));
            inference.end = clock.elapsed();
            inference.complete = true;
        }

        private void execute() {
            var started =
                    port.start(
                            new ToolStart(
                                    caller.mcp("", new SplittableRandom(1)),
                                    "/mcp",
                                    call.tool.server(),
                                    call.tool.exposed("/mcp"),
                                    call.told.arguments(),
                                    Map.of(),
                                    null,
                                    Map.of()));
            started.sent();
            execution = started;
            var executed =
                    new Truth.Execution(
                            "team",
                            call.tool,
                            1,
                            call,
                            Habits.PLAIN,
                            caller.session(),
                            started.span().spanId(),
                            clock.elapsed(),
                            false);
            executed.kind = kind;
            call.executions.add(executed);
            truth.executions.add(executed);
        }

        private void finish() {
            if (execution != null) {
                execution.result(result.json(false));
                execution.end(
                        new ToolEnd(new Outcome.Completed(), result.json(false), true, Map.of()));
                call.executions.getFirst().end = clock.elapsed();
                call.executions.getFirst().delivered = true;
            }
        }

        private void echo() {
            call.echo = EchoStyle.VERBATIM;
            call.closed = clock.elapsed();
            last.echoed.add(call);
            finalAnswer = start(last, true);
        }

        private void answer() {
            if (finalAnswer != null) {
                end(finalAnswer, last, "Done with " + number + ".", List.of());
            }
        }
    }
}
