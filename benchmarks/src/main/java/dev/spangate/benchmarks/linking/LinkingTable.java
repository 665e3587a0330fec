package dev.spangate.benchmarks.linking;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How the figures are printed.
final class LinkingTable {
    private static final String FORMAT =
            "%-22s %8s %9s %9s %8s %6s %6s %6s %6s %8s %9s %7s %6s  %s";

    private LinkingTable() {}

    static String head() {
        return FORMAT.formatted(
                "scenario",
                "exec",
                "certain",
                "probable",
                "recall",
                "wrong",
                "none",
                "local",
                "split",
                "held ms",
                "max s",
                "µs/call",
                "KB",
                "methods");
    }

    static String row(Scenario scenario, Score score) {
        return FORMAT.formatted(
                scenario.name(),
                score.executions,
                ratio(score.precisionCertain()),
                ratio(score.precisionProbable()),
                ratio(score.recall()),
                score.wrong,
                score.unlinked,
                score.inferredRight,
                score.splitRuns,
                score.heldTotal / Math.max(1, score.executions) / SimClock.MILLI,
                fixed(score.heldMax / 1e9, 1),
                fixed(score.cpuMicros(), 1),
                score.memory >> 10,
                methods(score)
                        + (score.subAgents == 0
                                ? ""
                                : ", sub-agents placed "
                                        + score.subAgentsPlaced
                                        + "/"
                                        + score.subAgents)
                        + (scenario.counted() ? "" : "  (outside the totals)"));
    }

    /// Why a scenario failed.
    static String reasons(Score score) {
        var text = new StringBuilder();
        score.wrongs.forEach(wrong -> text.append("    WRONG ").append(wrong).append('\n'));
        score.faults.forEach((fault, count) -> line(text, "FAULT", count, fault));
        if (score.recall() < 0.999) {
            score.missed.forEach((kind, count) -> line(text, "MISSED", count, kind));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, long count, String why) {
        text.append("    ").append(what).append(' ').append(count).append(" × ").append(why);
        text.append('\n');
    }

    /// What the wire did not tell, over all counted scenarios.
    static String unknowable(Score total) {
        var text = new StringBuilder("\nWhat the wire did not tell, by reason:\n");
        total.unknowable.forEach(
                (kind, count) -> text.append("  %8d  %s%n".formatted(count, kind)));
        text.append(
                "  %8d  of these and others were released unlinked%n".formatted(total.unlinked));
        return text.toString();
    }

    static String story(Scenario scenario) {
        return "%-22s %s%n%22s evidence: %s%n"
                .formatted(scenario.name(), scenario.story(), "", scenario.evidence());
    }

    /// Never rounds up to 1.
    static String ratio(double share) {
        return share >= 1.0 ? "1.0" : fixed(Math.floor(share * 100_000) / 100_000, 5);
    }

    private static String methods(Score score) {
        long all = score.methods.values().stream().mapToLong(Long::longValue).sum();
        return score.methods.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(e -> e.getKey() + " " + e.getValue() * 100 / Math.max(1, all) + "%")
                .collect(Collectors.joining(", "));
    }

    private static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
