package dev.spangate.mcp;

import dev.spangate.testing.NodeTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What the official conformance suite found at one URL.
///
/// @param scored scenarios that count for the requirement set: did all their checks pass
/// @param failures `scenario check: message` of every check that failed, counted or not
record ConformanceRun(Map<String, Boolean> scored, Map<String, String> failures) {
    static final String PACKAGE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
    private static final String MAIN = "@modelcontextprotocol/conformance/dist/index.js";
    private static final Pattern FOLDER = Pattern.compile("server-(.+)-\\d{4}-\\d\\d-\\d\\dT.*");
    private static final Pattern UNSCORED = Pattern.compile("  [✓✗] (\\S+) \\(.*\\)");
    private static final int SECONDS = 300;

    /// Runs a requirement set (`2025-11-25`, `2026-07-28`) against a server.
    static ConformanceRun of(NodeTools node, String url, String requirements, Path folder)
            throws InterruptedException {
        var output =
                node.run(
                        Map.of(),
                        SECONDS,
                        node.file(MAIN).toString(),
                        "server",
                        "--url",
                        url,
                        "--requirements",
                        requirements,
                        "-o",
                        folder.toString());
        if (!output.out().contains("Not scored")) {
            throw new AssertionError("the suite did not run: " + output.out() + output.err());
        }
        return read(folder, unscored(output.out()));
    }

    int passed() {
        return (int) scored.values().stream().filter(passed -> passed).count();
    }

    /// `P/N`.
    String figure() {
        return passed() + "/" + scored.size();
    }

    /// What passes in `direct` and fails here: by scenario, then by check.
    List<String> worseThan(ConformanceRun direct) {
        var worse = new ArrayList<String>();
        direct.scored()
                .forEach((scenario, passed) -> {
                    if (passed && !scored.getOrDefault(scenario, false)) {
                        worse.add(scenario);
                    }
                });
        failures.forEach((check, message) -> {
            if (!direct.failures().containsKey(check)) {
                worse.add(check + ": " + message);
            }
        });
        return worse;
    }

    private static TreeSet<String> unscored(String log) {
        var names = new TreeSet<String>();
        var lines = UNSCORED.matcher(log);
        while (lines.find()) {
            names.add(lines.group(1));
        }
        return names;
    }

    private static ConformanceRun read(Path folder, TreeSet<String> unscored) {
        var scored = new TreeMap<String, Boolean>();
        var failures = new LinkedHashMap<String, String>();
        try (var scenarios = Files.list(folder)) {
            for (var each : scenarios.sorted().toList()) {
                var name = FOLDER.matcher(each.getFileName().toString());
                if (name.matches()) {
                    boolean passed = checks(name.group(1), each, failures);
                    if (!unscored.contains(name.group(1))) {
                        scored.put(name.group(1), passed);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ConformanceRun(scored, failures);
    }

    private static boolean checks(String scenario, Path folder, Map<String, String> failures)
            throws IOException {
        boolean passed = true;
        for (var check : Json.parse(Files.readString(folder.resolve("checks.json")))) {
            if ("FAILURE".equals(Json.string(check, "status"))) {
                passed = false;
                failures.put(
                        scenario + " " + Json.string(check, "id"),
                        Json.string(check, "errorMessage") + " " + check.path("details"));
            }
        }
        return passed;
    }
}
