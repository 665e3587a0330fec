package dev.spangate.linking;

import java.util.Locale;

/// Whether a tool-call id proves alone (rule R1).
final class CallIds {
    private static final int WITH_DIGIT = 8;
    private static final int LETTERS = 16;
    private static final String[] WORDS = {
        "functions",
        "function",
        "toolu",
        "tools",
        "tool",
        "calls",
        "call",
        "chatcmpl",
        "request",
        "response",
        "result",
        "message",
        "func",
        "item",
        "step",
        "turn",
        "index",
        "use",
        "id"
    };

    private CallIds() {}

    /// Apart from words and the tool's name: a run of at least 8 letters and digits with a digit
    /// among them, or of at least 16 letters. Digits that only count (`00000001`) are no such run.
    static boolean looksRandom(String id, String tool) {
        String rest = (tool.isEmpty() ? id : id.replace(tool, "_")).toLowerCase(Locale.ROOT);
        int from = 0;
        for (int i = 0; i <= rest.length(); i++) {
            if (i == rest.length() || !alphanumeric(rest.charAt(i))) {
                if (random(rest, afterWords(rest, from, i), i)) {
                    return true;
                }
                from = i + 1;
            }
        }
        return false;
    }

    private static boolean random(String text, int from, int to) {
        int length = to - from;
        if (length < WITH_DIGIT || text.startsWith("000", from)) {
            return false;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i) <= '9') {
                return true;
            }
        }
        return length >= LETTERS;
    }

    private static int afterWords(String text, int from, int to) {
        int start = from;
        for (int i = 0; i < WORDS.length; i++) {
            if (start + WORDS[i].length() <= to && text.startsWith(WORDS[i], start)) {
                start += WORDS[i].length();
                i = -1;
            }
        }
        return start;
    }

    private static boolean alphanumeric(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    }
}
