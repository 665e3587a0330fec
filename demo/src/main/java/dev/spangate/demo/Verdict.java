package dev.spangate.demo;

import java.util.ArrayList;
import java.util.List;

/// Whether what was exported tells everything that happened.
///
/// @param problems for people; empty when every tool execution is linked
record Verdict(List<String> problems) {
    Verdict {
        problems = List.copyOf(problems);
    }

    /// What happened, by the agent's own count.
    ///
    /// @param turns user turns
    /// @param inferences answers of the model
    /// @param executions tool calls carried out, the agent's own tools included
    record Expected(int turns, int inferences, int executions) {}

    /// Judges chains of which nothing else is known: each tool must be linked.
    static Verdict of(List<Chain> chains) {
        var problems = new ArrayList<String>();
        for (Chain chain : chains) {
            for (ExportedSpan tool : chain.ofType("tool")) {
                if (chain.requester(tool).isEmpty()) {
                    problems.add(tool.name() + " in trace " + chain.traceId() + " is not linked");
                }
            }
        }
        return new Verdict(problems);
    }

    /// Judges chains against what happened.
    static Verdict of(List<Chain> chains, Expected expected) {
        var problems = new ArrayList<>(of(chains).problems());
        miss(problems, "user turns as traces", expected.turns(), worked(chains).size());
        miss(problems, "answers of the model", expected.inferences(), count(chains, "generation"));
        miss(problems, "tool executions", expected.executions(), count(chains, "tool"));
        for (Chain chain : chains) {
            if (!chain.ofType("tool").isEmpty() && chain.ofType("agent").size() != 1) {
                problems.add("trace " + chain.traceId() + " has no agent span on top");
            }
        }
        return new Verdict(problems);
    }

    boolean good() {
        return problems.isEmpty();
    }

    private static List<Chain> worked(List<Chain> chains) {
        return chains.stream().filter(Chain::tellsOfWork).toList();
    }

    private static int count(List<Chain> chains, String type) {
        return chains.stream().mapToInt(chain -> chain.ofType(type).size()).sum();
    }

    private static void miss(List<String> problems, String what, int expected, int exported) {
        if (exported != expected) {
            problems.add("%d %s were exported, %d happened".formatted(exported, what, expected));
        }
    }
}
