package dev.spangate.gateway;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What one look at one thing found.
///
/// @param subject what was looked at
/// @param verdict how it is
/// @param detail what was seen, without secrets and without content
/// @param fix what to do; null where nothing is to be done
record Finding(String subject, Verdict verdict, String detail, @Nullable String fix) {
    private static final int SUBJECT_WIDTH = 26;

    /// How a thing is.
    enum Verdict {
        GOOD("✓"),
        BAD("✗"),
        /// Nothing to look at, or no way to.
        OPEN("–");

        private final String mark;

        Verdict(String mark) {
            this.mark = mark;
        }
    }

    static Finding good(String subject, String detail) {
        return new Finding(subject, Verdict.GOOD, detail, null);
    }

    static Finding bad(String subject, String detail, String fix) {
        return new Finding(subject, Verdict.BAD, detail, fix);
    }

    static Finding open(String subject, String detail) {
        return new Finding(subject, Verdict.OPEN, detail, null);
    }

    boolean isBad() {
        return verdict == Verdict.BAD;
    }

    /// One line, and the fix below it.
    void print(PrintWriter out) {
        var gap = " ".repeat(Math.max(1, SUBJECT_WIDTH - subject.length()));
        out.println(verdict.mark + " " + subject + gap + detail);
        if (fix != null) {
            fix.lines().forEach(line -> out.println("    → " + line));
        }
        out.flush();
    }

    static ArrayNode json(List<Finding> findings) {
        var array = JsonNodeFactory.instance.arrayNode();
        for (var finding : findings) {
            array.addObject()
                    .put("subject", finding.subject)
                    .put("verdict", finding.verdict.name().toLowerCase(Locale.ROOT))
                    .put("detail", finding.detail)
                    .put("fix", finding.fix);
        }
        return array;
    }
}
