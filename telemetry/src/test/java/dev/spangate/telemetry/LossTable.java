package dev.spangate.telemetry;

import dev.spangate.testing.SuiteNotes;
import java.util.ArrayList;
import java.util.List;

/// Fault × recorded × lost × repeated.
final class LossTable {
    private static final List<Row> ROWS = new ArrayList<>();

    private LossTable() {}

    /// One fault.
    ///
    /// @param recorded spans that were on record when the fault struck, and after it
    /// @param lost of them, those that neither arrived nor were set aside with a reason
    /// @param repeated arrivals of a span that had arrived before
    /// @param note what else is worth a look
    record Row(String fault, long recorded, long lost, long repeated, String note) {}

    static void add(Row row) {
        ROWS.add(row);
    }

    static void print() {
        System.out.printf("%n%-44s %9s %6s %9s  %s%n", "fault", "recorded", "lost", "repeated", "");
        long recorded = 0;
        long lost = 0;
        long repeated = 0;
        for (var row : ROWS) {
            System.out.printf(
                    "%-44s %9d %6d %9d  %s%n",
                    row.fault, row.recorded, row.lost, row.repeated, row.note);
            recorded += row.recorded;
            lost += row.lost;
            repeated += row.repeated;
        }
        SuiteNotes.figures(
                "loss", "recorded=%d lost=%d repeated=%d".formatted(recorded, lost, repeated));
    }
}
