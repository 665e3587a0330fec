package dev.spangate.llm;

import dev.spangate.proxy.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The configured names closest to one that is not configured.
final class Nearest {
    private static final int MOST = 3;

    private Nearest() {}

    /// `did you mean a, b?`, or what there is to choose from.
    static String hint(String name, Collection<String> known) {
        if (known.isEmpty()) {
            return "none is configured";
        }
        var near = to(name, known);
        return near.isEmpty()
                ? "configured: " + String.join(", ", known.stream().sorted().limit(10).toList())
                : "did you mean " + String.join(", ", near) + "?";
    }

    /// At most three, the closest first; none that differ in most of their letters.
    static List<String> to(String name, Collection<String> known) {
        String wanted = shortened(name);
        return known.stream()
                .filter(candidate ->
                        EditDistance.between(wanted, shortened(candidate))
                                <= limit(wanted, candidate))
                .sorted(
                        Comparator.comparingInt((String candidate) ->
                                        EditDistance.between(wanted, shortened(candidate)))
                                .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    private static int limit(String wanted, String candidate) {
        return Math.max(2, Math.min(wanted.length(), candidate.length()) / 2);
    }

    private static String shortened(String name) {
        return name.substring(0, Math.min(name.length(), 80)).toLowerCase(Locale.ROOT);
    }
}
