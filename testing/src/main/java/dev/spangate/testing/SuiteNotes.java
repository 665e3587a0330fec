package dev.spangate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What a suite says of itself beside its tests: figures and skipped parts.
///
/// The file is `target/suites/NAME.txt` below the root: lines that start with `SKIPPED: ` give the
/// reason of a part that did not run, the last other line holds the figures (`key=value …`).
///
/// @param figures the line of figures, empty without any
/// @param skipped reasons of skipped parts
public record SuiteNotes(String figures, List<String> skipped) {
    private static final String SKIPPED = "SKIPPED: ";

    public SuiteNotes {
        skipped = List.copyOf(skipped);
    }

    /// Whether the suites run in full (`./spangate test SUITE`), not in their short form.
    public static boolean full() {
        return "full".equals(System.getProperty("spangate.suite"));
    }

    /// A suite's figures, for the table and the last line; the last call counts.
    public static void figures(String suite, String figures) {
        append(suite, figures);
        System.out.println("SUITE " + suite + " " + figures);
    }

    /// A part of a suite does not run.
    public static void skipped(String suite, String reason) {
        append(suite, SKIPPED + reason);
    }

    static SuiteNotes read(Path root, String suite) throws IOException {
        var file = file(root, suite);
        if (!Files.exists(file)) {
            return new SuiteNotes("", List.of());
        }
        var lines = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
        var skipped =
                lines.stream()
                        .filter(line -> line.startsWith(SKIPPED))
                        .map(line -> line.substring(SKIPPED.length()))
                        .toList();
        var figures = lines.stream().filter(line -> !line.startsWith(SKIPPED)).toList();
        return new SuiteNotes(figures.isEmpty() ? "" : figures.getLast(), skipped);
    }

    private static void append(String suite, String line) {
        var root = System.getProperty("spangate.root");
        if (root == null) {
            return; // started from an editor: there is no table to feed
        }
        try {
            var file = file(Path.of(root), suite);
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file,
                    line.strip() + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The notes of suite " + suite, e);
        }
    }

    private static Path file(Path root, String suite) {
        return root.resolve("target/suites").resolve(suite + ".txt");
    }
}
