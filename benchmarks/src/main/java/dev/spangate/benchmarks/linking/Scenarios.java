package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;

/// All scenarios: what agents, clients, tools and networks do to the evidence.
final class Scenarios {
    private static final String UNIQUE =
            "every result has a text of its own, so every echoed execution is decidable";
    private static final String NEW =
            "every call has arguments of its own: decidable by them alone";

    private Scenarios() {}

    static List<Scenario> all() {
        var scenarios = new ArrayList<Scenario>();
        scenarios.addAll(basics());
        scenarios.addAll(equalities());
        scenarios.addAll(ScenariosOfClients.all());
        scenarios.addAll(troubles());
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
                                .samePrompts()),
                counted(
                        "no-ids",
                        "a dialect without call ids: name and position tell",
                        "the messages before an answer tell whose results are echoed",
                        24,
                        Traffic.of(Habits.GEMINI).agents(8, 1).size(4, 4, 3).variety(4, 6)));
    }

    private static List<Scenario> troubles() {
        return List.of(
                counted(
                        "local-tools",
                        "half of the calls go to tools of the agent, some to a twin of a served one",
                        UNIQUE + "; what the agent does by itself is inferred",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(6, 1)
                                .size(4, 4, 3)
                                .variety(4, 6)
                                .fault(Fault.LOCAL, 0.4)
                                .fault(Fault.ANSWERED_ELSEWHERE, 0.1)
                                .fault(Fault.REFUSED, 0.05)),
                counted(
                        "drops",
                        "clients leave in answers and executions, some for good, some ask again",
                        "what was never echoed is decidable by call id or lonely arguments only",
                        36,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .agents(10, 1)
                                .size(4, 4, 3)
                                .variety(3, 8)
                                .fault(Fault.BROKEN_ANSWER, 0.15)
                                .fault(Fault.ASKED_AGAIN, 0.7)
                                .fault(Fault.CANCELLED, 0.1)
                                .fault(Fault.SKIPPED, 0.05)),
                counted(
                        "never-back",
                        "agents that run their tools and are never heard of again",
                        "lonely arguments decide; equal ones of a vanished agent stay open",
                        36,
                        Traffic.of(Habits.PLAIN)
                                .agents(12, 1)
                                .size(3, 4, 3)
                                .variety(3, 10)
                                .fault(Fault.NEVER_BACK, 0.3)),
                counted(
                        "retries",
                        "tools fail and are tried again, with and without a call id",
                        "attempts are decidable by call id, the last one also by its text",
                        36,
                        Traffic.of(Habits.PLAIN)
                                .habits(r -> r.nextBoolean() ? Habits.CLAUDE_CODE : Habits.PLAIN)
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(3, 8)
                                .fault(Fault.TOOL_ERROR, 0.25)
                                .fault(Fault.TOOL_RETRY, 0.7)),
                counted(
                        "late-ends",
                        "results are echoed before the execution's recording has ended",
                        UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 4)
                                .fault(Fault.LATE_END, 0.5)),
                counted(
                        "slow",
                        "tools and models that take minutes, results echoed after the idle time",
                        UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(3, 3, 2)
                                .variety(3, 8)
                                .fault(Fault.SLOW, 0.3)),
                counted(
                        "restarts",
                        "the gateway is killed three times in the middle of everything",
                        UNIQUE + ", also across a kill; arguments alone prove nothing near one",
                        36,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .habits(r -> r.nextBoolean() ? Habits.CODEX : Habits.PLAIN)
                                .agents(8, 1)
                                .size(8, 4, 3)
                                .variety(3, 12)
                                .fault(Fault.KILL, 3)),
                counted(
                        "clock-steps",
                        "the system's clock is set back and forth by up to 0.3 s",
                        UNIQUE + "; the order of events does not depend on the clock",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .agents(8, 1)
                                .size(6, 4, 3)
                                .variety(3, 12)
                                .fault(Fault.CLOCK_STEP, 10)),
                counted(
                        "foreign-ids",
                        "clients that send call ids which nobody issued",
                        "such an id decides nothing: only the echoed text can",
                        24,
                        Traffic.of(Habits.CLAUDE_CODE)
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(3, 8)
                                .fault(Fault.FOREIGN_ID, 0.3)),
                counted(
                        "unread",
                        "some calls reach the client in pieces that the gateway cannot read",
                        UNIQUE + " but those; arguments alone prove nothing near such a piece",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 3)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .fault(Fault.UNREAD, 0.05)),
                counted(
                        "undelivered",
                        "results that cannot be delivered, so that the client tries again",
                        "the delivered attempt is decidable by its text",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 6)
                                .fault(Fault.UNDELIVERED, 0.2)),
                counted(
                        "provider-tools",
                        "calls that the provider executes itself, answers that pause",
                        UNIQUE + "; a provider's call is no candidate",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 4)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .fault(Fault.BY_PROVIDER, 0.4)
                                .fault(Fault.PAUSED, 0.3)),
                counted(
                        "regenerated",
                        "final answers made anew, with and without tools",
                        UNIQUE + "; an answer made anew is a run of its own",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(6, 3, 2)
                                .variety(2, 6)
                                .fault(Fault.REGENERATED, 0.5)),
                counted(
                        "evictions",
                        "more open calls than the linker may hold",
                        "nothing is decidable here: only that nothing is wrong",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(12, 1)
                                .size(4, 4, 4)
                                .variety(2, 4)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .openCalls(6)),
                counted(
                        "sub-agents",
                        "agents that give tasks to agents of their own",
                        UNIQUE + "; a task is known by the prompt that it repeats",
                        24,
                        Traffic.of(Habits.CLAUDE_CODE)
                                .habits(r -> r.nextBoolean() ? Habits.CLAUDE_CODE : Habits.PLAIN)
                                .agents(6, 1)
                                .size(3, 3, 3)
                                .variety(4, 12)
                                .fault(Fault.SUB_AGENT, 0.25)),
                counted(
                        "everything",
                        "every habit drawn by itself, and every trouble above at once",
                        "decidable ones as everywhere, most are not",
                        120,
                        Traffic.of(Habits.PLAIN)
                                .habits(Habits::any)
                                .agents(10, 2)
                                .size(4, 4, 3)
                                .variety(6, 10)
                                .results(ResultKind.values())
                                .fault(Fault.LOCAL, 0.1)
                                .fault(Fault.ANSWERED_ELSEWHERE, 0.05)
                                .fault(Fault.REFUSED, 0.03)
                                .fault(Fault.TOOL_ERROR, 0.05)
                                .fault(Fault.TOOL_RETRY, 0.5)
                                .fault(Fault.CANCELLED, 0.03)
                                .fault(Fault.BROKEN_ANSWER, 0.05)
                                .fault(Fault.ASKED_AGAIN, 0.7)
                                .fault(Fault.NEVER_BACK, 0.03)
                                .fault(Fault.SKIPPED, 0.03)
                                .fault(Fault.LATE_END, 0.1)
                                .fault(Fault.SLOW, 0.02)
                                .fault(Fault.KILL, 1)
                                .fault(Fault.CLOCK_STEP, 2)
                                .fault(Fault.FOREIGN_ID, 0.05)),
                new Scenario(
                        "llm-leg-elsewhere",
                        "a third of the agents call their model past the gateway, all under one key",
                        "outside the totals: their executions have no call, so none may be certain",
                        false,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(9, 1)
                                .size(4, 3, 2)
                                .variety(2, 4)
                                .fault(Fault.BYPASS, 0.33)));
    }

    static Scenario counted(
            String name, String story, String evidence, int worlds, Traffic traffic) {
        return new Scenario(name, story, evidence, true, worlds, traffic);
    }
}
