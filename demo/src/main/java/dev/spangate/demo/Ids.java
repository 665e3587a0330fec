package dev.spangate.demo;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/// Ids as providers make them: random, of the usual length and alphabet.
final class Ids {
    private static final String ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";

    private Ids() {}

    static String letters(String prefix, int length) {
        return draw(prefix, length, ALPHABET);
    }

    static String hex(String prefix, int length) {
        return draw(prefix, length, HEX);
    }

    private static String draw(String prefix, int length, String alphabet) {
        Random random = ThreadLocalRandom.current();
        var id = new StringBuilder(prefix);
        for (int i = 0; i < length; i++) {
            id.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return id.toString();
    }
}
