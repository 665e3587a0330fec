package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Origin;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One agent that knows nothing of tracing: asks the model, runs the tools, goes on.
final class Agent {
    private final World world;
    private final int number;
    private final SplittableRandom random;
    private final Habits habits;
    private final Caller caller;
    private final History history;
    private final boolean bypass;
    private final @Nullable SubAgent sub;
    private int runsLeft;
    private int runOrdinal;
    private int turnsLeft;
    private Truth.Run run;
    private @Nullable String lastResponse;
    private String traceId = "";
    private @Nullable ToolTurn turn;

    /// What makes an agent a sub-agent: its task and who waits for its answer.
    private record SubAgent(Truth.Call call, String prompt, Consumer<String> done) {}

    Agent(World world, int number, SplittableRandom random) {
        this(world, number, random, null, null);
    }

    private Agent(
            World world,
            int number,
            SplittableRandom random,
            @Nullable Agent parent,
            @Nullable SubAgent sub) {
        this.world = world;
        this.number = number;
        this.random = random;
        this.sub = sub;
        this.habits = parent == null ? world.traffic.habits.apply(random) : parent.habits;
        this.caller =
                parent == null
                        ? new Caller(
                                "team-" + number % world.traffic.scopes,
                                habits,
                                "session-" + number + "-" + IdStyle.letters(random, 8),
                                "connection-" + number,
                                world.traffic.modes.get(number % world.traffic.modes.size()))
                        : parent.caller;
        this.history = new History(habits);
        this.bypass = random.nextDouble() < world.traffic.rate(Fault.BYPASS);
        this.runsLeft = parent == null ? world.traffic.runs : 1;
        this.run = newRun();
    }

    /// Begins the next run, or ends the agent.
    void begin() {
        if (runsLeft-- == 0) {
            world.agentDone();
            return;
        }
        run = newRun();
        world.truth.runs.add(run);
        traceId = "%016x%016x".formatted(random.nextLong() | 1L, random.nextLong());
        run.placedBy(caller.mode(), habits.hint() == Hint.TRACE ? traceId : null);
        turnsLeft = random.nextInt(world.traffic.turns + 1);
        history.beginRun(sub == null ? world.prompt(number, runOrdinal) : sub.prompt());
        runOrdinal++;
        infer(false);
    }

    private Truth.Run newRun() {
        boolean distinct = sub != null || !world.traffic.samePrompts;
        return new Truth.Run(
                number, caller.scope(), habits, distinct, sub == null ? null : sub.call());
    }

    List<Message> messages() {
        return previousResponse() == null ? history.messages() : history.newMessages();
    }

    @Nullable String previousResponse() {
        return habits.history() == HistoryStyle.RESPONSE_ID ? lastResponse : null;
    }

    @Nullable String responseId(Truth.Inference inference) {
        return habits.history() == HistoryStyle.RESPONSE_ID ? "resp_" + inference.spanId : null;
    }

    ToolResult providerResult(Truth.Call call) {
        var text = "Found by the provider: " + world.resultOrdinal() + " pages about the shelf.";
        return new ToolResult(call.told.id(), null, List.of(text), false);
    }

    Origin llmOrigin() {
        return caller.llm(traceId, random);
    }

    Origin mcpOrigin() {
        return caller.mcp(traceId, random);
    }

    Habits habits() {
        return habits;
    }

    String session() {
        return caller.session();
    }

    /// A call has arrived at the client while the answer still streams.
    void sees(Truth.Call call) {
        if (habits.order() == Order.EARLY) {
            turn(call.inference).execute(call);
        }
    }

    /// The whole answer has arrived.
    void answered(Truth.Inference inference) {
        history.answer(answerText(inference), inference.calls);
        lastResponse = responseId(inference);
        if (inference.paused) {
            world.clock.after(world.around(5 * SimClock.MILLI), () -> infer(false));
        } else if (inference.clientCalls().isEmpty()) {
            finishRun();
        } else {
            turn(inference).answered();
        }
    }

    /// The answer broke off: ask again, or be gone.
    void broken(Truth.Inference inference) {
        turn = null; // its calls stay open: nobody will ever tell what became of them
        if (random.nextDouble()
                < Math.max(world.traffic.rate(Fault.ASKED_AGAIN), killed() ? 1 : 0)) {
            infer(true);
        } else {
            giveUp();
        }
    }

    private boolean killed() {
        return world.traffic.rate(Fault.KILL) > 0;
    }

    /// A tool execution has ended.
    void finished(Truth.Call call, Result result, boolean failed) {
        if (turn != null && turn.inference() == call.inference) {
            turn.finished(call, result, failed);
        }
    }

    /// A call's execution could not be delivered to us.
    void tryAgain(Truth.Call call) {
        if (turn != null && turn.inference() == call.inference) {
            ToolExchange.send(world, this, call);
        }
    }

    String answerText(Truth.Inference inference) {
        if (inference.paused) {
            return "Still looking ("
                    + number
                    + "-"
                    + runOrdinal
                    + "-"
                    + run.inferences.size()
                    + ").";
        }
        boolean same = !inference.run.distinctPrompt;
        if (!inference.clientCalls().isEmpty()) {
            return "";
        }
        return same ? "All is well." : "Done with " + number + "-" + runOrdinal + ": all is well.";
    }

    /// All results of an answer are there: back to the model with them.
    void goOn(List<History.Echo> echoes) {
        turn = null;
        if (random.nextDouble() < world.traffic.rate(Fault.NEVER_BACK)) {
            giveUp();
            return;
        }
        history.results(echoes);
        turnsLeft--;
        long think = world.around(5 * SimClock.MILLI);
        if (random.nextDouble() < world.traffic.rate(Fault.SLOW)) {
            think += random.nextLong(15 * 60) * SimClock.SECOND;
        }
        world.clock.after(think, () -> infer(false));
    }

    /// Starts a sub-agent for a call of ours.
    void delegate(Truth.Call call, String prompt, Consumer<String> done) {
        var child =
                new Agent(world, number, random.split(), this, new SubAgent(call, prompt, done));
        world.clock.after(world.around(3 * SimClock.MILLI), child::beginSub);
    }

    private void beginSub() {
        begin();
    }

    private void infer(boolean retry) {
        var inference = new Truth.Inference(run, bypass);
        run.inferences.add(inference);
        world.truth.inferences.add(inference);
        noteEchoes(inference);
        if (random.nextDouble() < world.traffic.rate(Fault.BY_PROVIDER)) {
            add(inference, provided(inference));
        }
        if (turnsLeft > 0) {
            plan(inference);
        } else {
            inference.paused = random.nextDouble() < world.traffic.rate(Fault.PAUSED);
        }
        InferenceExchange.send(world, this, inference, retry);
    }

    private void noteEchoes(Truth.Inference inference) {
        Set<Truth.Call> told = new HashSet<>(history.answeredCalls());
        for (Truth.Inference earlier : run.inferences) {
            for (Truth.Call call : earlier.calls) {
                if (told.contains(call) && call.closed == Truth.NEVER) {
                    call.closed = world.clock.elapsed();
                    inference.echoed.add(call);
                }
            }
        }
    }

    private void plan(Truth.Inference inference) {
        int count = 1 + random.nextInt(world.traffic.calls);
        for (int i = 0; i < count; i++) {
            add(inference, planned(inference, i));
        }
    }

    private void add(Truth.Inference inference, Truth.Call call) {
        inference.calls.add(call);
        world.truth.calls.add(call);
    }

    /// A call that the provider executes, of a tool that has one of our names.
    private Truth.Call provided(Truth.Inference inference) {
        @Nullable String id = IdStyle.ANTHROPIC.next(random, 0);
        Tool tool = Tool.SERVED.get(random.nextInt(world.traffic.tools));
        int set = world.argumentSet();
        String name = tool.exposed(tool.endpoint(habits.perServer()));
        var told = new ToolCall(id, name, ArgumentStyle.model(set), true);
        return new Truth.Call(inference, told, tool, set, true);
    }

    private Truth.Call planned(Truth.Inference inference, int position) {
        @Nullable String id = habits.ids().next(random, position);
        if (sub == null && world.chance(Fault.SUB_AGENT)) {
            String prompt =
                    "Go through shelf %d of room %s and list what is broken."
                            .formatted(world.resultOrdinal(), IdStyle.letters(random, 6));
            String arguments =
                    "{\"description\":\"shelf\",\"prompt\":" + Result.quote(prompt) + "}";
            return new Truth.Call(
                    inference, new ToolCall(id, "Task", arguments), Tool.TASK, -1, true);
        }
        boolean local = world.chance(Fault.LOCAL);
        Tool tool =
                local
                        ? Tool.LOCAL.get(random.nextInt(Tool.LOCAL.size()))
                        : Tool.SERVED.get(random.nextInt(world.traffic.tools));
        int set = world.argumentSet();
        String arguments = ArgumentStyle.model(set);
        String exposed = local ? tool.name() : tool.exposed(tool.endpoint(habits.perServer()));
        var told =
                local
                        ? new ToolCall(id, tool.name(), arguments)
                        : new ToolCall(
                                id,
                                habits.names().modelName(exposed),
                                habits.names().modelArguments(exposed, arguments));
        boolean elsewhere = !local && world.chance(Fault.ANSWERED_ELSEWHERE);
        return new Truth.Call(inference, told, tool, set, local || elsewhere);
    }

    private ToolTurn turn(Truth.Inference inference) {
        ToolTurn current = turn;
        if (current == null || current.inference() != inference) {
            current = new ToolTurn(world, this, inference, random);
            turn = current;
        }
        return current;
    }

    private void finishRun() {
        run.inferences.stream()
                .filter(inference -> inference.complete)
                .forEach(inference -> inference.calls.forEach(this::close));
        if (sub != null) {
            sub.done().accept(answerText(run.inferences.getLast()));
            return;
        }
        boolean anew = random.nextDouble() < world.traffic.rate(Fault.REGENERATED);
        boolean away = random.nextDouble() < world.traffic.rate(Fault.BREAK);
        long pause = world.around(away ? 240 * SimClock.SECOND : 800 * SimClock.MILLI);
        world.clock.after(pause, anew ? this::regenerate : this::begin);
    }

    /// The user wants another answer to the same question: a run of its own.
    private void regenerate() {
        history.forgetAnswer();
        run = newRun();
        world.truth.runs.add(run);
        turnsLeft = random.nextInt(2);
        infer(false);
    }

    /// The agent's process is gone.
    private void giveUp() {
        if (sub != null) {
            sub.done().accept("The helper is gone.");
        } else {
            runsLeft = 0;
            begin();
        }
    }

    private void close(Truth.Call call) {
        call.closed = Math.min(call.closed, world.clock.elapsed());
    }
}
