package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;

/// Scenarios of several gateways that share a store, every request on any of them.
final class ReplicaScenarios {
    private static final String FAR =
            "decidable far from the trouble; near it nothing may be missing unnoticed";

    private ReplicaScenarios() {}

    static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(
                Scenarios.counted(
                        "replicas",
                        "eight agents under one key, every request on any of three gateways",
                        Scenarios.UNIQUE,
                        24,
                        plain()));
        all.add(
                Scenarios.counted(
                        "replicas-kill",
                        "the same, and gateways are killed in the middle of everything",
                        FAR,
                        24,
                        plain().within(300).fault(Fault.BREAK, 0.3).fault(Fault.KILL, 3)));
        all.add(trouble("gone", "the store answers nobody for some seconds", Fault.STORE_GONE));
        all.add(trouble("slow", "the store takes half a second a way", Fault.STORE_SLOW));
        all.add(trouble("cut", "one gateway cannot reach the store", Fault.STORE_CUT));
        all.add(trouble("flush", "the store is emptied", Fault.STORE_FLUSHED));
        return all;
    }

    private static Scenario trouble(String name, String story, Fault fault) {
        return Scenarios.counted(
                "replicas-" + name,
                story + " while agents work through three gateways",
                FAR,
                24,
                plain().within(120).fault(Fault.BREAK, 0.2).fault(fault, 4));
    }

    private static Traffic plain() {
        return Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                .habits(r -> r.nextBoolean() ? Habits.CODEX : Habits.PLAIN)
                .agents(8, 1)
                .size(5, 4, 3)
                .variety(3, 6)
                .replicas(3);
    }
}
