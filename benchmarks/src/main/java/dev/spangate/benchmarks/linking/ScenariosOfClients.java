package dev.spangate.benchmarks.linking;

import dev.spangate.linking.TraceMode;
import java.util.ArrayList;
import java.util.List;

/// Scenarios of real clients, and of every way in which clients re-tell, one at a time and crossed.
final class ScenariosOfClients {
    private ScenariosOfClients() {}

    static List<Scenario> all() {
        var scenarios = new ArrayList<Scenario>();
        scenarios.add(client("claude-code", "a call id with every execution", Habits.CLAUDE_CODE));
        scenarios.add(client("codex", "call id, session and thread", Habits.CODEX));
        scenarios.add(client("opencode", "a session on the LLM leg only", Habits.OPENCODE));
        scenarios.add(
                client("langchain4j", "no hint, one call after the other", Habits.LANGCHAIN4J));
        scenarios.add(
                client("spring-ai", "no hint, results as JSON of the content", Habits.SPRING_AI));
        scenarios.add(client("python-sdk", "a trace id on the MCP leg only", Habits.PYTHON));
        scenarios.add(
                client(
                        "sessions",
                        "a session on both legs, no call id",
                        Habits.PLAIN.with(Hint.SESSION)));
        scenarios.add(
                client(
                        "trace-contexts",
                        "one trace id per run on both legs",
                        Habits.PLAIN.with(Hint.TRACE)));
        scenarios.add(
                Scenarios.counted(
                        "trace-modes",
                        "callers whose contexts join, are parents, are linked or ignored",
                        "a trace id tells in every mode but `ignore`; each places as it says",
                        24,
                        Traffic.of(Habits.PLAIN.with(Hint.TRACE).with(Order.SHUFFLED))
                                .agents(8, 4)
                                .size(4, 4, 3)
                                .variety(3, 8)
                                .modes(TraceMode.values())
                                .fault(Fault.REGENERATED, 0.2)));
        scenarios.add(
                client(
                        "constant-trace",
                        "one trace id from everybody on both legs",
                        Habits.PLAIN.with(Hint.CONSTANT_TRACE)));
        scenarios.addAll(crossed());
        return scenarios;
    }

    private static Scenario client(String name, String story, Habits habits) {
        return Scenarios.counted(
                name,
                "ten agents of this shape under one key: " + story,
                "a call id or the echoed text decides, where neither does lonely arguments",
                24,
                Traffic.of(habits)
                        .agents(10, 1)
                        .size(4, 4, 3)
                        .variety(4, 8)
                        .results(ResultKind.UNIQUE, ResultKind.PARTS, ResultKind.BY_ARGUMENTS));
    }

    private static List<Scenario> crossed() {
        return List.of(
                Scenarios.counted(
                        "names",
                        "every way to re-tell a name, one endpoint or one per server",
                        "arguments of their own, but two servers have a tool of one name",
                        24,
                        mixed(6).habits(r ->
                                Habits.PLAIN.with(
                                        Habits.pick(r, NameStyle.values()), r.nextBoolean()))),
                Scenarios.counted(
                        "arguments",
                        "every way to re-serialise arguments, and clients that change them",
                        "equal arguments decide where they are lonely, changed ones by the text",
                        24,
                        mixed(40)
                                .habits(r ->
                                        Habits.PLAIN.with(Habits.pick(r, ArgumentStyle.values())))),
                Scenarios.counted(
                        "echoes",
                        "every way to hand a result back, rewritten ones too",
                        "a text that is found decides; a rewritten one only closes its call",
                        24,
                        mixed(3).results(ResultKind.UNIQUE, ResultKind.STRUCTURED, ResultKind.PARTS)
                                .habits(r ->
                                        Habits.PLAIN.with(Habits.pick(r, EchoStyle.values())))),
                Scenarios.counted(
                        "histories",
                        "every way to re-tell earlier runs: stripped, compacted, reworded, doubled",
                        "a newly echoed result proves continuity whatever stands before it",
                        24,
                        mixed(4).habits(r ->
                                Habits.PLAIN.with(Habits.pick(r, HistoryStyle.values())))),
                Scenarios.counted(
                        "histories-reused-ids",
                        "the same with ids that are numbered per answer",
                        "decidable where a run's requests begin with those before",
                        24,
                        mixed(6).habits(r ->
                                Habits.PLAIN
                                        .with(IdStyle.COUNTER)
                                        .with(Habits.pick(r, HistoryStyle.values())))),
                Scenarios.counted(
                        "crossed",
                        "every habit drawn by itself, nothing goes wrong",
                        "decidable as the habits allow",
                        240,
                        mixed(8).results(ResultKind.values()).habits(Habits::any)));
    }

    private static Traffic mixed(int sets) {
        return new Traffic().agents(8, 1).size(4, 4, 3).variety(6, sets);
    }
}
