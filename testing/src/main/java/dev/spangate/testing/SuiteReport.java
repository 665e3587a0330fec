package dev.spangate.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The table of suites that `./spangate test` ends with, and its exit code.
///
/// Reads what a Maven run left behind: Surefire's reports, the tags of the test sources, and the
/// notes of the suites ([SuiteNotes]). Conventions: `docs/testing.md`.
public final class SuiteReport {
    static final int PASSED = 0;
    static final int FAILED = 1;
    static final int PARTLY_SKIPPED = 75;

    /// Every suite, in the order of the table.
    static final List<String> SUITES =
            List.of(
                    "unit",
                    "e2e",
                    "examples",
                    "linking",
                    "replicas",
                    "loss",
                    "collector",
                    "llm",
                    "conformance",
                    "clients",
                    "faults",
                    "guards",
                    "containers");

    private final boolean built;
    private final boolean formatted;
    private final Map<String, SuiteResult> results;

    private SuiteReport(boolean built, boolean formatted, Map<String, SuiteResult> results) {
        this.built = built;
        this.formatted = formatted;
        this.results = results;
    }

    /// `ROOT all|SUITE BUILD_STATUS FORMAT_STATUS`; exits with 0, 1 or 75.
    public static void main(String[] arguments) throws IOException {
        var root = Path.of(arguments[0]);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var report = read(root, arguments[2].equals("0"), arguments[3].equals("0"));
        int code = arguments[1].equals("all") ? report.all(out) : report.one(arguments[1], out);
        System.exit(code);
    }

    static SuiteReport read(Path root, boolean built, boolean formatted) throws IOException {
        var tags = SuiteTags.read(root);
        var cases = new LinkedHashMap<String, List<TestCase>>();
        SUITES.forEach(suite -> cases.put(suite, new ArrayList<>()));
        for (var test : SurefireReports.read(root)) {
            cases.computeIfAbsent(tags.suiteOf(test.className()), key -> new ArrayList<>())
                    .add(test);
        }
        var results = new LinkedHashMap<String, SuiteResult>();
        for (var entry : cases.entrySet()) {
            var suite = entry.getKey();
            results.put(
                    suite,
                    new SuiteResult(
                            entry.getValue(),
                            SuiteNotes.read(root, suite),
                            tags.exists(suite),
                            !suite.equals("unit") || formatted));
        }
        return new SuiteReport(built, formatted, results);
    }

    /// The table of all suites; skipped ones do not fail it.
    int all(PrintStream out) {
        table(results, out);
        problems(results, out);
        out.println(totals(results));
        return built && results.values().stream().noneMatch(SuiteResult::failed) ? PASSED : FAILED;
    }

    /// One suite in full; its last line holds its figures.
    int one(String suite, PrintStream out) {
        var result = Objects.requireNonNull(results.get(suite), suite);
        var only = Map.of(suite, result);
        table(only, out);
        problems(only, out);
        out.println(totals(only));
        out.println(result.figures(suite));
        if (!built || result.failed()) {
            return FAILED;
        }
        return result.partlySkipped() ? PARTLY_SKIPPED : PASSED;
    }

    private void table(Map<String, SuiteResult> rows, PrintStream out) {
        out.println();
        out.printf(
                "%-12s %-8s %6s %6s %6s %7s %8s  %s%n",
                "suite", "outcome", "tests", "passed", "failed", "skipped", "seconds", "figures");
        rows.forEach((suite, result) ->
                out.printf(
                        Locale.ROOT,
                        "%-12s %-8s %6d %6d %6d %7d %8.1f  %s%n",
                        suite,
                        result.outcome(),
                        result.tests(),
                        result.passed(),
                        result.failures(),
                        result.skipped(),
                        result.seconds(),
                        result.remark()));
        out.println();
    }

    private void problems(Map<String, SuiteResult> rows, PrintStream out) {
        if (!built) {
            out.println("FAILED  the build: target/test.log");
        }
        if (!formatted && rows.containsKey("unit")) {
            out.println("FAILED  unit: the format of the sources (mvn spotless:apply)");
        }
        rows.forEach((suite, result) -> {
            result.failedTests().forEach(test -> out.println("FAILED  " + suite + ": " + test));
            result.reasons().forEach(reason -> out.println("SKIPPED " + suite + ": " + reason));
        });
    }

    private static String totals(Map<String, SuiteResult> rows) {
        int passed = rows.values().stream().mapToInt(SuiteResult::passed).sum();
        int failed = rows.values().stream().mapToInt(SuiteResult::failures).sum();
        int skipped = rows.values().stream().mapToInt(SuiteResult::skipped).sum();
        return passed + " passed, " + failed + " failed, " + skipped + " skipped";
    }
}
