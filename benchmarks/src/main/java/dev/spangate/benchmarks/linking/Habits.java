package dev.spangate.benchmarks.linking;

import java.util.random.RandomGenerator;

/// How one client re-tells what its model and its tools said.
///
/// @param shape whose message shape it speaks
/// @param perServer it uses `/mcp/{server}`, not `/mcp`
record Habits(
        Shape shape,
        IdStyle ids,
        Hint hint,
        NameStyle names,
        ArgumentStyle arguments,
        EchoStyle echo,
        HistoryStyle history,
        Order order,
        boolean perServer) {
    /// Where results stand in the messages.
    enum Shape {
        /// One tool message per result.
        OPENAI,
        /// Results and text in one user message.
        ANTHROPIC,
        /// Results by name and position, without ids.
        GEMINI
    }

    static final Habits PLAIN =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.NONE,
                    NameStyle.EXACT,
                    ArgumentStyle.SAME,
                    EchoStyle.VERBATIM,
                    HistoryStyle.FULL,
                    Order.PARALLEL,
                    false);
    static final Habits CLAUDE_CODE =
            new Habits(
                    Shape.ANTHROPIC,
                    IdStyle.ANTHROPIC,
                    Hint.CLAUDE_CODE,
                    NameStyle.MCP,
                    ArgumentStyle.KEY_ORDER,
                    EchoStyle.PARTS,
                    HistoryStyle.FULL,
                    Order.EARLY,
                    false);
    static final Habits CODEX =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.CODEX,
                    NameStyle.NAMESPACED,
                    ArgumentStyle.NUMBERS,
                    EchoStyle.LINED,
                    HistoryStyle.FULL,
                    Order.SHUFFLED,
                    false);
    static final Habits OPENCODE =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.LLM_SESSION,
                    NameStyle.PREFIXED,
                    ArgumentStyle.NUMBERS,
                    EchoStyle.VERBATIM,
                    HistoryStyle.NO_TOOLS,
                    Order.SHUFFLED,
                    false);
    static final Habits LANGCHAIN4J =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.NONE,
                    NameStyle.SANITISED,
                    ArgumentStyle.SAME,
                    EchoStyle.VERBATIM,
                    HistoryStyle.TRIMMED,
                    Order.SEQUENTIAL,
                    true);
    static final Habits SPRING_AI =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.NONE,
                    NameStyle.SPRING,
                    ArgumentStyle.SAME,
                    EchoStyle.JSON_CONTENT,
                    HistoryStyle.NO_TOOLS,
                    Order.SEQUENTIAL,
                    false);
    static final Habits PYTHON =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.RANDOM,
                    Hint.MCP_TRACE,
                    NameStyle.SANITISED,
                    ArgumentStyle.DEFAULTS,
                    EchoStyle.PYTHON,
                    HistoryStyle.FULL,
                    Order.SHUFFLED,
                    true);
    static final Habits GEMINI =
            new Habits(
                    Shape.GEMINI,
                    IdStyle.NONE,
                    Hint.NONE,
                    NameStyle.SANITISED,
                    ArgumentStyle.NUMBERS,
                    EchoStyle.VERBATIM,
                    HistoryStyle.FULL,
                    Order.PARALLEL,
                    false);
    static final Habits OLLAMA =
            new Habits(
                    Shape.OPENAI,
                    IdStyle.COUNTER,
                    Hint.NONE,
                    NameStyle.EXACT,
                    ArgumentStyle.NULLS,
                    EchoStyle.TAGGED,
                    HistoryStyle.FULL,
                    Order.SEQUENTIAL,
                    false);

    Habits with(Hint value) {
        return new Habits(shape, ids, value, names, arguments, echo, history, order, perServer);
    }

    Habits with(IdStyle value) {
        return new Habits(shape, value, hint, names, arguments, echo, history, order, perServer);
    }

    Habits with(NameStyle value, boolean each) {
        return new Habits(shape, ids, hint, value, arguments, echo, history, order, each);
    }

    Habits with(ArgumentStyle value) {
        return new Habits(shape, ids, hint, names, value, echo, history, order, perServer);
    }

    Habits with(EchoStyle value) {
        return new Habits(shape, ids, hint, names, arguments, value, history, order, perServer);
    }

    Habits with(HistoryStyle value) {
        return new Habits(shape, ids, hint, names, arguments, echo, value, order, perServer);
    }

    Habits with(Order value) {
        return new Habits(shape, ids, hint, names, arguments, echo, history, value, perServer);
    }

    /// Every habit drawn by itself: the cross product, sampled.
    static Habits any(RandomGenerator random) {
        Shape shape = pick(random, Shape.values());
        IdStyle ids = pick(random, IdStyle.values());
        return new Habits(
                ids == IdStyle.NONE ? Shape.GEMINI : shape == Shape.GEMINI ? Shape.OPENAI : shape,
                ids,
                pick(random, Hint.values()),
                pick(random, NameStyle.values()),
                pick(random, ArgumentStyle.values()),
                pick(random, EchoStyle.values()),
                pick(random, HistoryStyle.values()),
                pick(random, Order.values()),
                random.nextBoolean());
    }

    static <T> T pick(RandomGenerator random, T[] values) {
        return values[random.nextInt(values.length)];
    }
}
