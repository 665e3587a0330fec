package dev.spangate.benchmarks.linking;

import java.io.PrintStream;
import java.util.List;

/// The benchmark of truth: simulated agents whose calls are known, linked by the real linker.
///
/// Prints one row per scenario, what could not be known, and as its last line the totals.
public final class LinkingBenchmark {
    private final Options options;
    private final PrintStream out;
    private final Score total = new Score();
    private boolean failed;

    private LinkingBenchmark(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /// Runs it; see `--help`.
    public static void main(String[] args) {
        var list = List.of(args);
        if (list.contains("--help") || list.contains("-h")) {
            System.out.print(Options.HELP);
            return;
        }
        if (list.contains("--list")) {
            Scenarios.all().forEach(s -> System.out.print(LinkingTable.story(s)));
            Interleavings.KINDS.forEach(
                    kind -> System.out.print(LinkingTable.story(Interleavings.scenario(kind))));
            return;
        }
        try {
            var benchmark = new LinkingBenchmark(Options.of(list), System.out);
            System.exit(benchmark.run() ? 0 : 1);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(64);
        }
    }

    /// The same for a test: true when all goals were met; `figures` of it with [#figures].
    static LinkingBenchmark finished(Options options, PrintStream out) {
        var benchmark = new LinkingBenchmark(options, out);
        benchmark.failed = !benchmark.run();
        return benchmark;
    }

    boolean met() {
        return !failed;
    }

    /// The last line.
    String figures() {
        return "precision_certain=%s precision_probable=%s recall=%s wrong=%d executions=%d"
                .formatted(
                        LinkingTable.ratio(total.precisionCertain()),
                        LinkingTable.ratio(total.precisionProbable()),
                        LinkingTable.ratio(total.recall()),
                        total.wrong,
                        total.executions);
    }

    private boolean run() {
        boolean good = true;
        out.println(LinkingTable.head());
        for (Scenario scenario : Scenarios.all()) {
            if (asked(scenario.name())) {
                good &= judge(scenario, run(scenario));
            }
        }
        for (ResultKind kind : Interleavings.KINDS) {
            if (asked(Interleavings.scenario(kind).name())) {
                good &= judge(Interleavings.scenario(kind), Interleavings.run(kind));
            }
        }
        out.print(LinkingTable.unknowable(total));
        if (options.open() > 0) {
            var cost = OpenCalls.measure(options.open());
            out.print(cost);
            good &= cost.withinBudget();
        }
        out.println(figures());
        return good;
    }

    private Score run(Scenario scenario) {
        var world = options.world();
        return world == null
                ? scenario.run(options.seed(), options.full())
                : scenario.world(world, false);
    }

    private boolean asked(String name) {
        return options.only().isEmpty() || options.only().contains(name);
    }

    private boolean judge(Scenario scenario, Score score) {
        out.println(LinkingTable.row(scenario, score));
        if (scenario.counted()) {
            total.add(score);
        }
        boolean bad =
                scenario.counted()
                        ? score.failed()
                        : score.certainWrong > 0 || score.faultCount > 0;
        if (bad) {
            out.print(LinkingTable.reasons(score));
        }
        return !bad;
    }
}
