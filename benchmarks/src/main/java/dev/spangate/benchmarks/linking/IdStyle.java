package dev.spangate.benchmarks.linking;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How a dialect or server names its tool calls.
enum IdStyle {
    /// `call_` and 24 letters and digits.
    RANDOM,
    /// `toolu_01` and 22 letters and digits.
    ANTHROPIC,
    /// `call_0`, `call_1`, again in every answer.
    COUNTER,
    /// None at all: name and position tell.
    NONE;

    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    @Nullable String next(RandomGenerator random, int position) {
        return switch (this) {
            case RANDOM -> "call_" + letters(random, 23) + random.nextInt(10);
            case ANTHROPIC -> "toolu_01" + letters(random, 22);
            case COUNTER -> "call_" + position;
            case NONE -> null;
        };
    }

    boolean unique() {
        return this == RANDOM || this == ANTHROPIC;
    }

    static String letters(RandomGenerator random, int count) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
