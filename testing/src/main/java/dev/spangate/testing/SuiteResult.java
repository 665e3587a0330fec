package dev.spangate.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How one suite went.
///
/// @param cases its tests, as Surefire reported them
/// @param notes what the suite itself wrote
/// @param exists whether any test carries its tag
/// @param housekeeping whether checks outside JUnit passed (the format, for `unit`)
record SuiteResult(List<TestCase> cases, SuiteNotes notes, boolean exists, boolean housekeeping) {
    SuiteResult {
        cases = List.copyOf(cases);
    }

    int tests() {
        return cases.size();
    }

    int passed() {
        return count(TestCase.Status.PASSED);
    }

    int failures() {
        return count(TestCase.Status.FAILED) + (housekeeping ? 0 : 1);
    }

    int skipped() {
        return count(TestCase.Status.SKIPPED);
    }

    double seconds() {
        return cases.stream().mapToDouble(TestCase::seconds).sum();
    }

    boolean failed() {
        return failures() > 0;
    }

    /// Whether anything of it did not run.
    boolean partlySkipped() {
        return cases.isEmpty() || skipped() > 0 || !notes.skipped().isEmpty();
    }

    String outcome() {
        if (failed()) {
            return "failed";
        }
        return passed() == 0 ? "skipped" : "ran";
    }

    /// The last column: figures, else why there is nothing.
    String remark() {
        if (cases.isEmpty()) {
            return exists ? "none of its tests ran" : "not part of this version yet";
        }
        if (notes.figures().isEmpty() && passed() == 0 && !reasons().isEmpty()) {
            return reasons().getFirst();
        }
        return notes.figures();
    }

    /// What did not run, and why; each reason once.
    List<String> reasons() {
        var reasons = new ArrayList<>(notes.skipped());
        cases.stream()
                .filter(test -> test.status() == TestCase.Status.SKIPPED)
                .map(test -> test.className() + "." + test.name() + ": " + test.message())
                .forEach(reasons::add);
        return reasons.stream().distinct().toList();
    }

    List<String> failedTests() {
        return cases.stream()
                .filter(test -> test.status() == TestCase.Status.FAILED)
                .map(test -> test.className() + "." + test.name() + ": " + test.message())
                .toList();
    }

    /// The figures the suite wrote, else its counts.
    String figures(String suite) {
        if (!notes.figures().isEmpty()) {
            return notes.figures();
        }
        return String.format(
                Locale.ROOT,
                "suite=%s tests=%d passed=%d failed=%d skipped=%d seconds=%.1f",
                suite,
                tests(),
                passed(),
                failures(),
                skipped(),
                seconds());
    }

    private int count(TestCase.Status status) {
        return (int) cases.stream().filter(test -> test.status() == status).count();
    }
}
