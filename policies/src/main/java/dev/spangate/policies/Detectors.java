package dev.spangate.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rule sets. Every rule has an id that the docs list and spans show.
final class Detectors {
    private static final String SEPARATED = "[ -]?";

    private Detectors() {}

    /// Personal data.
    ///
    /// @param region two-letter region of national telephone numbers
    static List<Detector> personal(String region) {
        return List.of(
                PatternDetector.of(
                        "email",
                        "email",
                        "[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}"),
                new PhoneDetector(region),
                PatternDetector.checked(
                        "credit-card",
                        "luhn",
                        "[2-6](?:" + SEPARATED + "[0-9]){12,18}",
                        Checksums::card),
                PatternDetector.checked(
                        "iban",
                        "iban",
                        "[A-Z]{2}[0-9]{2}(?:" + " ?" + "[A-Z0-9]){11,30}",
                        Checksums::iban),
                PatternDetector.checked(
                        "us-ssn", "ssn", "[0-9]{3}-[0-9]{2}-[0-9]{4}", Checksums::socialSecurity),
                PatternDetector.inContext(
                        "passport",
                        "passport-number",
                        "\\b(?i:passport|reisepass|passeport)(?i:\\s*(?:number|no\\.?|nr\\.?|#|is|:|=))*\\s*([A-Z]{0,2}[0-9]{6,9})",
                        match -> true),
                PatternDetector.inContext(
                        "national-id",
                        "national-id-number",
                        "\\b(?i:national id|identity card|id card|ausweis|driver'?s licen[cs]e|nino)(?i:\\s*(?:number|no\\.?|nr\\.?|#|is|:|=))*\\s*([A-Z0-9]{6,16})",
                        match -> match.chars().anyMatch(Character::isDigit)),
                PatternDetector.of(
                        "ip-address",
                        "ipv4",
                        "(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"),
                PatternDetector.of(
                        "ip-address",
                        "ipv6",
                        "(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}:){1,6}:(?:[0-9A-Fa-f]{1,4}:){0,5}[0-9A-Fa-f]{1,4}"));
    }

    /// Credentials, by the shapes that their issuers document.
    static List<Detector> credentials() {
        List<Detector> detectors = new ArrayList<>();
        issued("anthropic-key", "sk-ant-[A-Za-z0-9_-]{20,200}", detectors);
        issued("openai-key", "sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}", detectors);
        issued("spangate-key", "sgk_[A-Za-z0-9_-]{16,128}", detectors);
        issued("langfuse-key", "sk-lf-[0-9a-f-]{30,40}", detectors);
        issued("aws-access-key", "(?:AKIA|ASIA)[A-Z2-7]{16}", detectors);
        issued("google-api-key", "AIza[A-Za-z0-9_-]{35}", detectors);
        issued(
                "github-token",
                "(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{60,255})",
                detectors);
        issued("gitlab-token", "glpat-[A-Za-z0-9_-]{20,64}", detectors);
        issued("slack-token", "xox[abeprs]-[A-Za-z0-9-]{10,250}", detectors);
        issued("stripe-key", "(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}", detectors);
        issued("sendgrid-key", "SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{30,64}", detectors);
        issued("npm-token", "npm_[A-Za-z0-9]{36}", detectors);
        issued("pypi-token", "pypi-[A-Za-z0-9_-]{50,250}", detectors);
        issued("huggingface-token", "hf_[A-Za-z0-9]{30,60}", detectors);
        issued("groq-key", "gsk_[A-Za-z0-9]{40,80}", detectors);
        issued("xai-key", "xai-[A-Za-z0-9]{40,100}", detectors);
        detectors.add(
                PatternDetector.of(
                        "jwt",
                        "jwt",
                        "eyJ[A-Za-z0-9_-]{8,200}\\.eyJ[A-Za-z0-9_-]{8,200}\\.[A-Za-z0-9_-]{16,100}"));
        detectors.add(
                PatternDetector.inContext(
                        "connection-string",
                        "url-password",
                        "[a-z][a-z0-9+.-]{2,20}://[^\\s:/@]{1,64}:([^\\s@/]{4,128})@[A-Za-z0-9.-]+",
                        match -> !match.startsWith("$") && !match.startsWith("<")));
        detectors.add(
                PatternDetector.inContext(
                        "aws-secret-key",
                        "aws-secret-key",
                        "(?i:aws.{0,20}secret.{0,20}?['\"=: ]+)([A-Za-z0-9/+]{40})",
                        match -> Checksums.entropy(match) > 3.5));
        detectors.add(
                PatternDetector.inContext(
                        "secret-assignment",
                        "assigned-secret",
                        "(?i:api[_-]?key|secret|token|passw(?:or)?d|pwd)['\"]?\\s*[:=]\\s*['\"]?([A-Za-z0-9_/+=.!@#$%^&*-]{12,128})",
                        Detectors::looksSecret));
        detectors.add(new PrivateKeyDetector());
        return List.copyOf(detectors);
    }

    private static void issued(String kind, String pattern, List<Detector> detectors) {
        detectors.add(
                PatternDetector.checked(
                        kind, kind, pattern, match -> Checksums.entropy(match) > 2.8));
    }

    /// Words and placeholders are no secrets; a mix of kinds of characters with little repetition
    /// is.
    private static boolean looksSecret(String value) {
        boolean digit = value.chars().anyMatch(Character::isDigit);
        boolean letter = value.chars().anyMatch(Character::isLetter);
        return digit && letter && Checksums.entropy(value) > 3.2 && !value.contains("${");
    }

    /// The operator's own patterns, by kind.
    static List<Detector> own(Map<String, String> patterns) {
        return patterns.entrySet().stream()
                .<Detector>map(
                        p -> PatternDetector.of(p.getKey(), "own:" + p.getKey(), p.getValue()))
                .toList();
    }
}
