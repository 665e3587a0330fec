package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;

/// All scenarios: what agents, clients, tools and networks do to the evidence.
final class Scenarios {
    static final String UNIQUE =
            "every result has a text of its own, so every echoed execution is decidable";
    private static final String NEW =
            "every call has arguments of its own: decidable by them alone";

    private Scenarios() {}

    static List<Scenario> all() {
        var scenarios = new ArrayList<Scenario>();
        scenarios.addAll(basics());
        scenarios.addAll(equalities());
        scenarios.addAll(ScenariosOfClients.all());
        scenarios.addAll(ScenariosOfTroubles.all());
        return List.copyOf(scenarios);
    }

    private static List<Scenario> basics() {
        return List.of(
                counted(
                        "one-agent",
                        "one agent, sequential tools, nothing goes wrong",
                        NEW,
                        12,
                        Traffic.of(Habits.PLAIN.with(Order.SEQUENTIAL)).agents(1, 1).size(8, 4, 2)),
                counted(
                        "parallel-calls",
                        "six agents with keys of their own, parallel calls in any order",
                        NEW,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED)).agents(6, 6).size(4, 4, 5)),
                counted(
                        "shared-key",
                        "twelve agents under one key, few arguments, results that differ",
                        UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(12, 1)
                                .size(4, 4, 3)
                                .variety(3, 5)),
                counted(
                        "early-executions",
                        "clients that start a tool before the answer has ended",
                        UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .agents(8, 1)
                                .size(4, 3, 4)
                                .variety(3, 6)),
                counted(
                        "another-key",
                        "agents past the gateway with other keys do the same at the same time",
                        "only calls of the own key are candidates: the rest must stay unlinked",
                        24,
                        Traffic.of(Habits.PLAIN)
                                .agents(8, 8)
                                .size(4, 3, 3)
                                .variety(2, 2)
                                .fault(Fault.BYPASS, 0.5)));
    }

    private static List<Scenario> equalities() {
        return List.of(
                counted(
                        "same-arguments",
                        "eight agents under one key: one tool, the same arguments every time",
                        UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 2)
                                .variety(1, 1)),
                counted(
                        "equal-in-one-answer",
                        "one agent asks for the same thing several times in one answer",
                        "the inference is always decidable, the call by its echoed text",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(1, 1)
                                .size(8, 4, 5)
                                .variety(1, 1)
                                .results(ResultKind.UNIQUE, ResultKind.OK)),
                counted(
                        "nothing-differs",
                        "eight agents, one key, one tool, one set of arguments, `ok` every time",
                        "nothing tells equal open calls apart: unlinked with its candidates",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 2)
                                .variety(1, 1)
                                .results(ResultKind.OK)
                                .samePrompts()),
                counted(
                        "results-by-arguments",
                        "read-only tools: equal arguments give equal results",
                        "equal open calls of two agents cannot be told apart, others by arguments",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 2)
                                .variety(3, 8)
                                .results(ResultKind.BY_ARGUMENTS, ResultKind.SHORT)),
                counted(
                        "reused-ids",
                        "a model server that numbers its calls from `call_0` in every answer",
                        "the messages before an answer tell whose `call_0` is echoed",
                        24,
                        Traffic.of(Habits.OLLAMA.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(3, 4)),
                counted(
                        "reused-ids-same-words",
                        "the same, with one prompt and one answer for everybody",
                        "an echo of `call_0` fits several answers: arguments alone can tell",
                        24,
                        Traffic.of(Habits.OLLAMA.with(Order.SHUFFLED))
                                .agents(6, 1)
                                .size(3, 3, 2)
                                .variety(2, 3)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .samePrompts()
                                .fault(Fault.REGENERATED, 0.2)),
                counted(
                        "no-ids",
                        "a dialect without call ids: name and position tell",
                        "the messages before an answer tell whose results are echoed",
                        24,
                        Traffic.of(Habits.GEMINI).agents(8, 1).size(4, 4, 3).variety(4, 6)));
    }

    static Scenario counted(
            String name, String story, String evidence, int worlds, Traffic traffic) {
        return new Scenario(name, story, evidence, true, worlds, traffic);
    }
}
