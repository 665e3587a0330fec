package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an agent keeps of its conversation, and how its client re-tells it in each request.
final class History {
    private static final String SYSTEM = "You are a careful helper. Use the tools.";

    private final Habits habits;
    private final List<Entry> entries = new ArrayList<>();
    private int runs;
    private int runStart;

    History(Habits habits) {
        this.habits = habits;
    }

    private sealed interface Entry {}

    private record Text(Message.Role role, String text) implements Entry {}

    private record Answer(String text, List<Truth.Call> calls) implements Entry {}

    private record Results(List<Echo> echoes, boolean twice) implements Entry {}

    /// One result as the client words it.
    record Echo(Truth.Call call, List<String> texts) {}

    /// A new user message: earlier runs are re-told as the client does.
    void beginRun(String prompt) {
        if (runs++ > 0) {
            retellEarlierRuns();
        }
        runStart = entries.size();
        entries.add(new Text(Message.Role.USER, prompt));
    }

    void answer(String text, List<Truth.Call> calls) {
        entries.add(new Answer(text, List.copyOf(calls)));
    }

    void results(List<Echo> echoes) {
        entries.add(new Results(List.copyOf(echoes), false));
        if (habits.history() == HistoryStyle.COMPACTED_IN_RUN) {
            compactInRun();
        }
    }

    List<Message> messages() {
        var messages = new ArrayList<Message>();
        messages.add(Message.text(Message.Role.SYSTEM, SYSTEM));
        for (Entry entry : entries) {
            switch (entry) {
                case Text(var role, var text) -> messages.add(Message.text(role, text));
                case Answer(var text, var calls) -> messages.add(assistant(text, calls));
                case Results results -> {
                    tell(results.echoes(), messages);
                    if (results.twice()) {
                        tell(results.echoes(), messages);
                    }
                }
            }
        }
        return messages;
    }

    /// The last answer is made anew: as if it had not been given.
    void forgetAnswer() {
        entries.removeLast();
    }

    /// What a client of `previous_response_id` sends: everything after the last answer.
    List<Message> newMessages() {
        var all = messages();
        int from = all.size();
        while (from > 0 && all.get(from - 1).role() != Message.Role.ASSISTANT) {
            from--;
        }
        return all.subList(from, all.size());
    }

    /// Which calls' results stand in the messages.
    List<Truth.Call> answeredCalls() {
        var calls = new ArrayList<Truth.Call>();
        for (Entry entry : entries) {
            if (entry instanceof Results results) {
                results.echoes().forEach(echo -> calls.add(echo.call()));
            }
        }
        return calls;
    }

    private void retellEarlierRuns() {
        switch (habits.history()) {
            case FULL, COMPACTED_IN_RUN, RESPONSE_ID -> {}
            case NO_TOOLS -> {
                entries.removeIf(entry -> entry instanceof Results);
                entries.replaceAll(entry ->
                        entry instanceof Answer(var text, var _)
                                ? new Answer(text, List.of())
                                : entry);
                entries.removeIf(
                        entry -> entry instanceof Answer(var text, var _) && text.isEmpty());
            }
            case COMPACTED -> {
                entries.clear();
                entries.add(
                        new Text(
                                Message.Role.USER,
                                "Summary of what was said before: " + runs + " requests done."));
            }
            case FIRST_REWORDED ->
                    entries.set(
                            0,
                            new Text(
                                    Message.Role.USER,
                                    "(resumed, part " + runs + ") " + textOf(entries.getFirst())));
            case TRIMMED -> {
                if (runs > 2) {
                    entries.subList(0, Math.min(entries.size(), runStart)).clear();
                }
            }
            case DOUBLED ->
                    entries.replaceAll(entry ->
                            entry instanceof Results(var echoes, var _)
                                    ? new Results(echoes, true)
                                    : entry);
        }
    }

    /// The last exchange stays as it is, everything before becomes a summary.
    private void compactInRun() {
        int keep = entries.size() - 2;
        if (keep <= runStart + 1) {
            return; // the first exchange of a run: nothing to summarise yet
        }
        entries.subList(0, keep).clear();
        entries.addFirst(new Text(Message.Role.USER, "Summary so far: " + keep + " messages."));
        runStart = 0;
    }

    private Message assistant(String text, List<Truth.Call> calls) {
        return new Message(
                Message.Role.ASSISTANT,
                text.isEmpty() ? List.of() : List.of(text),
                calls.stream().map(this::retold).toList(),
                List.of(),
                "");
    }

    private ToolCall retold(Truth.Call call) {
        boolean parses = habits.shape() != Habits.Shape.OPENAI;
        if (call.set < 0 || !parses || habits.names() == NameStyle.WRAPPER) {
            return call.told;
        }
        return new ToolCall(call.told.id(), call.told.name(), habits.arguments().history(call.set));
    }

    private void tell(List<Echo> echoes, List<Message> messages) {
        if (habits.echo() == EchoStyle.USER_TEXT) {
            messages.add(Message.text(Message.Role.USER, plain(echoes)));
            return;
        }
        var results = echoes.stream().map(this::result).toList();
        switch (habits.shape()) {
            case OPENAI ->
                    results.forEach(
                            result -> messages.add(carrying(Message.Role.TOOL, "", result)));
            case ANTHROPIC ->
                    messages.add(
                            new Message(
                                    Message.Role.USER,
                                    List.of("<system-reminder>Go on.</system-reminder>"),
                                    List.of(),
                                    results,
                                    ""));
            case GEMINI ->
                    messages.add(new Message(Message.Role.USER, List.of(), List.of(), results, ""));
        }
    }

    private static Message carrying(Message.Role role, String text, ToolResult result) {
        return new Message(
                role, text.isEmpty() ? List.of() : List.of(text), List.of(), List.of(result), "");
    }

    private ToolResult result(Echo echo) {
        @Nullable String name =
                habits.shape() == Habits.Shape.GEMINI ? echo.call().told.name() : null;
        return new ToolResult(echo.call().told.id(), name, echo.texts(), false);
    }

    private static String plain(List<Echo> echoes) {
        var text = new StringBuilder();
        for (Echo echo : echoes) {
            @Nullable String id = echo.call().told.id();
            text.append(id == null ? "Observation:\n" : "Result of " + id + ":\n");
            text.append(String.join("\n", echo.texts())).append("\n\n");
        }
        return text.toString().strip();
    }

    private static String textOf(Entry entry) {
        return entry instanceof Text(var _, var text) ? text : "";
    }

    /// A stand-in for the digest of a request's bytes.
    static String digest(List<Message> messages) {
        return Integer.toHexString(messages.hashCode()) + "-" + messages.size();
    }
}
