package dev.spangate.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One configured guard: what it looks for and what it does when it finds it.
///
/// Immutable and safe for all threads. A guard that fails is the caller's to handle: deny unless
/// `on-error: allow` is configured.
public final class Guard {
    private final String name;
    private final Action action;
    private final List<Detector> detectors;
    private final double injectionThreshold;

    private Guard(String name, Action action, List<Detector> detectors, double injectionThreshold) {
        this.name = name;
        this.action = action;
        this.detectors = detectors;
        this.injectionThreshold = injectionThreshold;
    }

    /// What happens on a finding.
    public enum Action {
        MASK,
        BLOCK,
        REPORT
    }

    /// What a guard did to a text; holds no part of the text but the guarded one.
    ///
    /// @param text the text to go on with
    /// @param kinds findings by kind (`email` → 2)
    /// @param rules ids of the rules that matched
    /// @param score injection score, 0 to 1; 0 for other guards
    /// @param blocked nothing may go on
    public record Verdict(
            String text,
            Map<String, Integer> kinds,
            List<String> rules,
            double score,
            boolean blocked) {
        public Verdict {
            kinds = Map.copyOf(kinds);
            rules = List.copyOf(rules);
        }

        /// The guard found something.
        public boolean acted() {
            return !kinds.isEmpty();
        }

        /// For people and spans: `email:2 phone:1`.
        public String summary() {
            var parts = new ArrayList<String>();
            new TreeMap<>(kinds).forEach((kind, count) -> parts.add(kind + ":" + count));
            return String.join(" ", parts);
        }
    }

    /// Personal data; `region` is the two-letter region of national telephone numbers.
    public static Guard personalData(String name, Action action, String region) {
        return new Guard(name, action, Detectors.personal(region), 2);
    }

    /// Credentials of providers, clouds, services, and private keys.
    public static Guard credentials(String name, Action action) {
        return new Guard(name, action, Detectors.credentials(), 2);
    }

    /// The operator's own patterns by kind (RE2 syntax).
    ///
    /// @throws IllegalArgumentException for a pattern that is not RE2, naming its kind
    public static Guard patterns(String name, Action action, Map<String, String> patterns) {
        return new Guard(name, action, Detectors.own(patterns), 2);
    }

    /// Prompt injection at or above a score from 0 to 1; masking it makes no sense.
    public static Guard injection(String name, Action action, double threshold) {
        if (action == Action.MASK) {
            throw new IllegalArgumentException(
                    "guard " + name + ": injection can be blocked or reported, not masked");
        }
        return new Guard(name, action, List.of(), threshold);
    }

    public String name() {
        return name;
    }

    public Action action() {
        return action;
    }

    /// Checks a whole text.
    public Verdict check(String text) {
        return check(text, new Masking());
    }

    Verdict check(String text, Masking masking) {
        List<Finding> found = new ArrayList<>();
        detectors.forEach(detector -> found.addAll(detector.find(text)));
        var apart = Masking.apart(found);
        var kinds = new TreeMap<String, Integer>();
        var rules = new ArrayList<String>();
        for (var finding : apart) {
            kinds.merge(finding.kind(), 1, Integer::sum);
            if (!rules.contains(finding.rule())) {
                rules.add(finding.rule());
            }
        }
        double score = 0;
        if (injectionThreshold <= 1) {
            var injection = InjectionScorer.score(text);
            score = injection.value();
            if (score >= injectionThreshold) {
                kinds.merge("injection", 1, Integer::sum);
                rules.addAll(injection.rules());
            }
        }
        boolean mask = action == Action.MASK && !apart.isEmpty();
        return new Verdict(
                mask ? masking.mask(text, apart) : text,
                kinds,
                rules,
                score,
                action == Action.BLOCK && !kinds.isEmpty());
    }

    /// Masks a text that arrives in pieces; only for [Action#MASK].
    StreamMask stream(Masking masking) {
        return new StreamMask(detectors, masking);
    }
}
