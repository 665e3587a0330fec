package dev.spangate.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.json.JsonMapper;

/// The configuration's own credentials: replaced wherever they show up, content included.
///
/// Thread-safe; what a later configuration brings is added, what it drops stays known.
public final class KnownSecrets {
    private static final String MASK = "***";

    /// Shorter strings occur by chance; replacing them would only damage content.
    private static final int SHORTEST = 6;

    /// Each in the forms in which it may show up, the longest first.
    private final AtomicReference<List<String>> needles = new AtomicReference<>(List.of());

    private KnownSecrets() {}

    /// Knows these from the start.
    public static KnownSecrets of(Collection<String> secrets) {
        var known = new KnownSecrets();
        known.add(secrets);
        return known;
    }

    /// From now on these are replaced, too.
    public void add(Collection<String> secrets) {
        needles.updateAndGet(present -> joined(present, secrets));
    }

    private static List<String> joined(List<String> present, Collection<String> secrets) {
        var all = new LinkedHashSet<>(present);
        for (String secret : secrets) {
            if (secret.length() >= SHORTEST) {
                all.add(secret);
                String quoted = JsonMapper.shared().writeValueAsString(secret);
                all.add(quoted.substring(1, quoted.length() - 1));
                all.add(
                        Base64.getEncoder()
                                .withoutPadding()
                                .encodeToString(secret.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return all.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    }

    @Override
    public String toString() {
        return "KnownSecrets[" + needles.get().size() + "]";
    }

    String redact(String text) {
        String result = text;
        for (String needle : needles.get()) {
            if (result.contains(needle)) {
                result = result.replace(needle, MASK);
            }
        }
        return result;
    }
}
