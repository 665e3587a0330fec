package dev.spangate.policies;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Replaces findings by placeholders that stay the same for the same text: `[EMAIL_1]`.
///
/// One object per run of placeholders (a conversation's request and answer); one thread at a time.
final class Masking {
    private static final int MAX_PLACEHOLDERS = 10_000;

    private final Map<String, String> placeholders = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /// The text with every finding replaced.
    String mask(String text, List<Finding> findings) {
        var masked = new StringBuilder(text.length());
        int from = 0;
        for (var finding : apart(findings)) {
            masked.append(text, from, finding.start());
            masked.append(placeholder(finding, text.substring(finding.start(), finding.end())));
            from = finding.end();
        }
        return masked.append(text, from, text.length()).toString();
    }

    /// Overlapping findings become one, of the kind of the one that begins first (the longer of
    /// two).
    static List<Finding> apart(List<Finding> findings) {
        var sorted = new ArrayList<>(findings);
        sorted.sort(
                Comparator.comparingInt(Finding::start)
                        .thenComparing(Comparator.comparingInt(Finding::end).reversed()));
        List<Finding> apart = new ArrayList<>();
        for (var next : sorted) {
            var last = apart.isEmpty() ? null : apart.getLast();
            if (last == null || next.start() >= last.end()) {
                apart.add(next);
            } else if (next.end() > last.end()) {
                apart.set(
                        apart.size() - 1,
                        new Finding(last.kind(), last.rule(), last.start(), next.end()));
            }
        }
        return apart;
    }

    private String placeholder(Finding finding, String text) {
        var label = finding.kind().toUpperCase(java.util.Locale.ROOT).replace('-', '_');
        if (placeholders.size() >= MAX_PLACEHOLDERS) {
            return "[" + label + "]";
        }
        return placeholders.computeIfAbsent(
                finding.kind() + '\u0000' + text,
                key -> "[" + label + "_" + numbers.merge(finding.kind(), 1, Integer::sum) + "]");
    }
}
