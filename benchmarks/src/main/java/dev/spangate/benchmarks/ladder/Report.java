package dev.spangate.benchmarks.ladder;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/// Prints the ladder as Markdown, ready for `docs/benchmarks.md`.
final class Report {
    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void requests(List<Rung> rungs) {
        table(
                rungs,
                "| work | target | CPU µs per request | requests/s | p50 ms | added p50 ms | added p99 ms | failed |");
        for (var rung : rungs) {
            var gateway = rung.figures().get("spangate");
            var nginx = rung.figures().get("nginx");
            if (gateway != null && nginx != null) {
                double ratio =
                        Double.parseDouble(gateway.getFirst())
                                / Double.parseDouble(nginx.getFirst());
                out.printf("%n%s: %.1f × nginx's CPU per request%n", rung.work(), ratio);
            }
        }
    }

    void stream(Rung rung) {
        table(
                List.of(rung),
                "| work | target | first event p50 ms | later events p50 ms | later events p99 ms | streams |");
    }

    void facts(String title, Map<String, ?> facts) {
        out.printf("%n%s%n%n", title);
        facts.forEach((name, value) ->
                out.printf(
                        "- %s: %s%n", name, value instanceof Double d ? Ladder.format(d) : value));
    }

    private void table(List<Rung> rungs, String head) {
        out.printf("%n%s%n", head);
        out.println(head.replaceAll("[^|]+", "---"));
        for (var rung : rungs) {
            rung.figures()
                    .forEach((target, cells) ->
                            out.printf(
                                    "| %s | %s | %s |%n",
                                    rung.work(), target, String.join(" | ", cells)));
        }
    }
}
