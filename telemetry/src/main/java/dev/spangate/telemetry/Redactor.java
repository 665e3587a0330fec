package dev.spangate.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Replaces the configuration's own secrets wherever they show up, content included. Thread-safe.
final class Redactor {
    private static final String MASK = "***";

    /// Shorter strings occur by chance; replacing them would only damage content.
    private static final int SHORTEST = 6;

    private final List<String> needles;

    private Redactor(List<String> needles) {
        this.needles = needles;
    }

    static Redactor of(List<String> secrets) {
        var needles = new LinkedHashSet<String>();
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                needles.add(secret);
                String quoted = JsonMapper.shared().writeValueAsString(secret);
                needles.add(quoted.substring(1, quoted.length() - 1));
                needles.add(
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
            }
        }
        var longestFirst = new ArrayList<>(needles);
        longestFirst.sort(Comparator.comparingInt(String::length).reversed());
        return new Redactor(List.copyOf(longestFirst));
    }

    String redact(String text) {
        String result = text;
        for (String needle : needles) {
            if (result.contains(needle)) {
                result = result.replace(needle, MASK);
            }
        }
        return result;
    }

    @Nullable String redactOrNull(@Nullable String text) {
        return text == null ? null : redact(text);
    }
}
