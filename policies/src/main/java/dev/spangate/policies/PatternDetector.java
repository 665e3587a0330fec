package dev.spangate.policies;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A pattern with a check behind it, for example a checksum.
final class PatternDetector implements Detector {
    private final String kind;
    private final String rule;
    private final Pattern pattern;
    private final int group;
    private final Predicate<String> check;

    private PatternDetector(
            String kind, String rule, Pattern pattern, int group, Predicate<String> check) {
        this.kind = kind;
        this.rule = rule;
        this.pattern = pattern;
        this.group = group;
        this.check = check;
    }

    static PatternDetector of(String kind, String rule, String pattern) {
        return new PatternDetector(kind, rule, Pattern.compile(pattern), 0, match -> true);
    }

    /// Only group 1 is the finding: what stands around it is context.
    static PatternDetector inContext(
            String kind, String rule, String pattern, Predicate<String> check) {
        return new PatternDetector(kind, rule, Pattern.compile(pattern), 1, check);
    }

    static PatternDetector checked(
            String kind, String rule, String pattern, Predicate<String> check) {
        return new PatternDetector(kind, rule, Pattern.compile(pattern), 0, check);
    }

    @Override
    public List<Finding> find(String text) {
        List<Finding> found = new ArrayList<>(0);
        var matcher = pattern.matcher(text);
        for (int from = 0; from < text.length() && matcher.find(from); ) {
            int start = matcher.start(group);
            int end = matcher.end(group);
            if (alone(text, start, end) && check.test(text.substring(start, end))) {
                found.add(new Finding(kind, rule, start, end));
                from = end;
            } else {
                from = start + 1;
            }
        }
        return found;
    }

    /// A letter or digit right beside it makes it a part of something longer.
    private static boolean alone(String text, int start, int end) {
        boolean before = start == 0 || !Character.isLetterOrDigit(text.charAt(start - 1));
        boolean after = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
        return before && after;
    }
}
