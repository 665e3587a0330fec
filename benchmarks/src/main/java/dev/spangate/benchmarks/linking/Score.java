package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The figures of one scenario; several worlds of it add up.
final class Score {
    private static final int SHOWN = 20;

    long executions;
    long certainRight;
    long certainWrong;
    long probableRight;
    long probableWrong;
    long unlinked;

    /// Executions whose call the wire tells, and how many of these were linked rightly.
    long evident;

    long evidentFound;

    /// Wrong in any way: links, parents, runs that were thrown together, inferred executions.
    long wrong;

    long runs;

    /// Runs whose inferences ended up under more than one top span though they need not.
    long splitRuns;

    long subAgents;
    long subAgentsPlaced;
    long inferredRight;
    long locals;
    long inferences;
    long cpuNanos;
    long memory;
    long heldTotal;
    long heldMax;
    final Map<String, Long> methods = new TreeMap<>();

    /// What could not be known, by kind.
    final Map<String, Long> unknowable = new TreeMap<>();

    /// Executions that the wire tells but the linker did not link, by kind.
    final Map<String, Long> missed = new TreeMap<>();

    final List<String> wrongs = new ArrayList<>();
    final Map<String, Long> faults = new TreeMap<>();
    long faultCount;

    void wrong(String what) {
        wrong++;
        if (wrongs.size() < SHOWN) {
            wrongs.add(what);
        }
    }

    void fault(String what) {
        faultCount++;
        faults.merge(what, 1L, Long::sum);
    }

    void add(Score other) {
        executions += other.executions;
        certainRight += other.certainRight;
        certainWrong += other.certainWrong;
        probableRight += other.probableRight;
        probableWrong += other.probableWrong;
        unlinked += other.unlinked;
        evident += other.evident;
        evidentFound += other.evidentFound;
        wrong += other.wrong;
        runs += other.runs;
        splitRuns += other.splitRuns;
        subAgents += other.subAgents;
        subAgentsPlaced += other.subAgentsPlaced;
        inferredRight += other.inferredRight;
        locals += other.locals;
        inferences += other.inferences;
        cpuNanos += other.cpuNanos;
        memory = Math.max(memory, other.memory);
        heldTotal += other.heldTotal;
        heldMax = Math.max(heldMax, other.heldMax);
        other.methods.forEach((key, count) -> methods.merge(key, count, Long::sum));
        other.unknowable.forEach((key, count) -> unknowable.merge(key, count, Long::sum));
        other.missed.forEach((key, count) -> missed.merge(key, count, Long::sum));
        other.wrongs.stream().limit(SHOWN - wrongs.size()).forEach(wrongs::add);
        other.faults.forEach((key, count) -> faults.merge(key, count, Long::sum));
        faultCount += other.faultCount;
    }

    double precisionCertain() {
        return share(certainRight, certainRight + certainWrong);
    }

    double precisionProbable() {
        return share(probableRight, probableRight + probableWrong);
    }

    double recall() {
        return share(evidentFound, evident);
    }

    /// CPU of the linker per inference or execution, in microseconds.
    double cpuMicros() {
        return cpuNanos / 1_000.0 / Math.max(1, executions + inferences);
    }

    /// A wrong parent, a broken record or a miss beyond one in a thousand.
    boolean failed() {
        return wrong > 0 || faultCount > 0 || recall() < 0.999;
    }

    /// Everything that does not depend on the machine: equal for equal seeds.
    String figures() {
        return "executions=%d certain=%d/%d probable=%d/%d unlinked=%d recall=%d/%d wrong=%d "
                        .formatted(
                                executions,
                                certainRight,
                                certainWrong,
                                probableRight,
                                probableWrong,
                                unlinked,
                                evidentFound,
                                evident,
                                wrong)
                + "runs=%d split=%d inferred=%d/%d sub=%d/%d faults=%d held=%d/%d "
                        .formatted(
                                runs,
                                splitRuns,
                                inferredRight,
                                locals,
                                subAgentsPlaced,
                                subAgents,
                                faultCount,
                                heldTotal,
                                heldMax)
                + methods
                + unknowable
                + missed;
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 1.0 : (double) part / whole;
    }
}
