package dev.spangate.benchmarks.ladder;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// A table in Markdown whose columns line up, so that it reads well in a terminal and in
/// `docs/benchmarks.md`.
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    Table row(Object... cells) {
        var row = new ArrayList<String>();
        for (var cell : cells) {
            row.add(cell instanceof Double number ? Figure.plain(number) : String.valueOf(cell));
        }
        rows.add(row);
        return this;
    }

    void print(PrintStream out) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (var row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(Math.max(3, widths[i]), row.get(i).length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            var line = new StringBuilder("|");
            for (int i = 0; i < columns; i++) {
                var cell = rows.get(r).get(i);
                line.append(' ').append(cell).repeat(" ", widths[i] - cell.length()).append(" |");
            }
            out.println(line);
            if (r == 0) {
                var rule = new StringBuilder("|");
                for (int width : widths) {
                    rule.repeat("-", width + 2).append('|');
                }
                out.println(rule);
            }
        }
    }
}
