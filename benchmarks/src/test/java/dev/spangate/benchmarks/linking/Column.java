package dev.spangate.benchmarks.linking;

import java.util.List;
import java.util.random.RandomGenerator;

/// One column of the table: what a client speaks, and what its provider does.
///
/// @param name as printed
/// @param client the client's dialect
/// @param provider the provider's; another one is translated
/// @param path where the client posts, null for the dialect's native path
/// @param model as the client names it
record Column(String name, WireDialect client, WireDialect provider, String path, String model) {
    static final List<Column> ALL =
            List.of(
                    of("chat", new ChatWire()),
                    of("responses", new ResponsesWire()),
                    of("messages", new MessagesWire()),
                    of("gemini", new GeminiWire()),
                    of("bedrock", new BedrockWire()),
                    of("ollama", new OllamaWire()),
                    new Column(
                            "messages>chat",
                            new MessagesWire(),
                            new ChatWire(),
                            "/v1/messages",
                            "model-1"),
                    new Column(
                            "responses>chat",
                            new ResponsesWire(),
                            new ChatWire(),
                            "/v1/responses",
                            "model-1"),
                    new Column(
                            "chat>messages",
                            new ChatWire(),
                            new MessagesWire(),
                            "/v1/chat/completions",
                            "claude-1"));

    private static Column of(String name, WireDialect dialect) {
        return new Column(name, dialect, dialect, null, "model-1");
    }

    String path(boolean stream) {
        return path == null ? client.path(stream) : path;
    }

    private boolean translated() {
        return client != provider;
    }

    /// The scenario's traffic as far as these dialects can carry it.
    Traffic traffic(Traffic traffic) {
        var fitting = traffic.copy();
        var habits = fitting.habits;
        fitting.habits(random -> fitting(habits.apply(random), random));
        fitting.fault(Fault.UNREAD, 0).fault(Fault.KILL, 0).fault(Fault.CLOCK_STEP, 0);
        if (translated() || !provider.providerTools()) {
            fitting.fault(Fault.BY_PROVIDER, 0);
        }
        if (translated() || !provider.pauses()) {
            fitting.fault(Fault.PAUSED, 0);
        }
        return fitting;
    }

    /// A client of this dialect: ids where it has them, results where it puts them.
    private Habits fitting(Habits habits, RandomGenerator random) {
        var fitting = habits;
        boolean ids = !translated() && client.responseIds();
        if (habits.history() == HistoryStyle.RESPONSE_ID && !ids) {
            fitting = fitting.with(HistoryStyle.FULL);
        }
        if (habits.ids() == IdStyle.NONE && (translated() || !client.worksWithoutIds())) {
            fitting = shaped(fitting.with(IdStyle.RANDOM), Habits.Shape.OPENAI);
        }
        boolean together = client instanceof MessagesWire;
        if (!together && fitting.shape() == Habits.Shape.ANTHROPIC) {
            fitting = shaped(fitting, Habits.Shape.OPENAI);
        }
        if (client instanceof GeminiWire) {
            fitting = shaped(fitting, Habits.Shape.GEMINI);
        }
        return fitting;
    }

    private static Habits shaped(Habits habits, Habits.Shape shape) {
        return new Habits(
                shape,
                habits.ids(),
                habits.hint(),
                habits.names(),
                habits.arguments(),
                habits.echo(),
                habits.history(),
                habits.order(),
                habits.perServer());
    }

    @Override
    public String toString() {
        return name;
    }
}
