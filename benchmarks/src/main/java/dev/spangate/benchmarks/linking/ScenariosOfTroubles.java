package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;

/// Scenarios in which something goes wrong, or otherwise than usual.
final class ScenariosOfTroubles {
    private ScenariosOfTroubles() {}

    static List<Scenario> all() {
        var scenarios = new ArrayList<Scenario>();
        scenarios.addAll(departures());
        scenarios.addAll(repeats());
        scenarios.addAll(times());
        scenarios.addAll(limits());
        scenarios.add(stranger());
        scenarios.add(everything());
        scenarios.add(everythingAndKills());
        scenarios.add(llmLegElsewhere());
        return scenarios;
    }

    private static List<Scenario> departures() {
        return List.of(
                Scenarios.counted(
                        "local-tools",
                        "half of the calls go to tools of the agent, some to a twin of a served one",
                        Scenarios.UNIQUE + "; what the agent does by itself is inferred",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(6, 1)
                                .size(4, 4, 3)
                                .variety(4, 6)
                                .fault(Fault.LOCAL, 0.4)
                                .fault(Fault.ANSWERED_ELSEWHERE, 0.1)
                                .fault(Fault.REFUSED, 0.05)),
                Scenarios.counted(
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
                Scenarios.counted(
                        "never-back",
                        "agents that run their tools and are never heard of again",
                        "lonely arguments decide; equal ones of a vanished agent stay open",
                        36,
                        Traffic.of(Habits.PLAIN)
                                .agents(12, 1)
                                .size(3, 4, 3)
                                .variety(3, 10)
                                .fault(Fault.NEVER_BACK, 0.3)));
    }

    private static List<Scenario> repeats() {
        return List.of(
                Scenarios.counted(
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
                Scenarios.counted(
                        "undelivered",
                        "results that cannot be delivered, so that the client tries again",
                        "the delivered attempt is decidable by its text",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 6)
                                .fault(Fault.UNDELIVERED, 0.2)),
                Scenarios.counted(
                        "foreign-ids",
                        "clients that send call ids which nobody issued",
                        "such an id decides nothing: only the echoed text can",
                        24,
                        Traffic.of(Habits.CLAUDE_CODE)
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(3, 8)
                                .fault(Fault.FOREIGN_ID, 0.3)),
                Scenarios.counted(
                        "regenerated",
                        "final answers made anew, with and without tools",
                        Scenarios.UNIQUE + "; an answer made anew is a run of its own",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(6, 3, 2)
                                .variety(2, 6)
                                .fault(Fault.REGENERATED, 0.5)));
    }

    private static List<Scenario> times() {
        return List.of(
                Scenarios.counted(
                        "late-ends",
                        "results are echoed before the execution's recording has ended",
                        Scenarios.UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 4)
                                .fault(Fault.LATE_END, 0.5)),
                Scenarios.counted(
                        "slow",
                        "tools and models that take minutes, results echoed after the idle time",
                        Scenarios.UNIQUE,
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(3, 3, 2)
                                .variety(3, 8)
                                .fault(Fault.SLOW, 0.3)),
                Scenarios.counted(
                        "clock-steps",
                        "the system's clock is set back and forth by up to 0.3 s",
                        Scenarios.UNIQUE + "; the order of events does not depend on the clock",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .agents(8, 1)
                                .size(6, 4, 3)
                                .variety(3, 12)
                                .fault(Fault.CLOCK_STEP, 10)),
                Scenarios.counted(
                        "restarts",
                        "the gateway is killed three times in the middle of everything",
                        Scenarios.UNIQUE
                                + ", also across a kill; arguments alone prove nothing near one",
                        36,
                        Traffic.of(Habits.PLAIN.with(Order.EARLY))
                                .habits(r -> r.nextBoolean() ? Habits.CODEX : Habits.PLAIN)
                                .agents(8, 1)
                                .size(8, 4, 3)
                                .variety(3, 12)
                                .within(1200)
                                .fault(Fault.BREAK, 0.4)
                                .fault(Fault.KILL, 3)));
    }

    private static List<Scenario> limits() {
        return List.of(
                Scenarios.counted(
                        "unread",
                        "some calls reach the client in pieces that the gateway cannot read",
                        Scenarios.UNIQUE
                                + " but those; arguments alone prove nothing near such a piece",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 3)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .fault(Fault.UNREAD, 0.05)),
                Scenarios.counted(
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
                Scenarios.counted(
                        "provider-tools",
                        "calls that the provider executes itself, answers that pause",
                        Scenarios.UNIQUE + "; a provider's call is no candidate",
                        24,
                        Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                                .agents(8, 1)
                                .size(4, 4, 3)
                                .variety(2, 4)
                                .results(ResultKind.UNIQUE, ResultKind.OK)
                                .fault(Fault.BY_PROVIDER, 0.4)
                                .fault(Fault.PAUSED, 0.3)),
                Scenarios.counted(
                        "sub-agents",
                        "agents that give tasks to agents of their own",
                        Scenarios.UNIQUE + "; a task is known by the prompt that it repeats",
                        24,
                        Traffic.of(Habits.CLAUDE_CODE)
                                .habits(r -> r.nextBoolean() ? Habits.CLAUDE_CODE : Habits.PLAIN)
                                .agents(6, 1)
                                .size(3, 3, 3)
                                .variety(4, 12)
                                .fault(Fault.SUB_AGENT, 0.25)));
    }

    private static Scenario stranger() {
        return Scenarios.counted(
                "stranger",
                "somebody with another key replays ids, sessions, traces and results, and floods",
                "decidable as without him: nothing that he sends is of this caller",
                24,
                Traffic.of(Habits.PLAIN)
                        .habits(Habits::any)
                        .agents(8, 2)
                        .size(6, 4, 3)
                        .variety(4, 8)
                        .results(ResultKind.values())
                        .within(8)
                        .fault(Fault.STRANGER, 60));
    }

    private static Scenario everything() {
        return Scenarios.counted(
                "everything",
                "every habit drawn by itself, and every trouble above at once but kills",
                "decidable ones as everywhere, many are not",
                120,
                allTroubles());
    }

    private static Scenario everythingAndKills() {
        return Scenarios.counted(
                "everything-and-kills",
                "the same, and the gateway is killed",
                "decidable as above far from the kill; near it a call id alone decides",
                60,
                allTroubles().within(900).fault(Fault.BREAK, 0.3).fault(Fault.KILL, 1));
    }

    private static Traffic allTroubles() {
        return Traffic.of(Habits.PLAIN)
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
                .fault(Fault.CLOCK_STEP, 2)
                .fault(Fault.FOREIGN_ID, 0.05)
                .fault(Fault.UNDELIVERED, 0.03)
                .fault(Fault.BY_PROVIDER, 0.05)
                .fault(Fault.PAUSED, 0.05)
                .fault(Fault.REGENERATED, 0.1)
                .fault(Fault.SUB_AGENT, 0.05);
    }

    private static Scenario llmLegElsewhere() {
        return new Scenario(
                "llm-leg-elsewhere",
                "a third of the agents call their model past the gateway, all under one key",
                "outside the totals: their executions have no call, so none may be certain",
                false,
                24,
                Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                        .agents(9, 1)
                        .size(4, 3, 2)
                        .variety(2, 4)
                        .fault(Fault.BYPASS, 0.33));
    }
}
