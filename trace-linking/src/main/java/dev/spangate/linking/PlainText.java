package dev.spangate.linking;

/// A text as results are compared (rule L4): white space, line breaks and any depth of JSON or
/// Python escaping do not matter, so that a result is found again inside a client's wrapping.
///
/// White space remains as one blank between two letters or digits only; an escaped line break is
/// white space; other escapes stand for their character.
final class PlainText {
    private PlainText() {}

    static String of(String text) {
        var out = new StringBuilder(text.length());
        boolean blank = false;
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            int used = 1;
            if (c == '\\') {
                int next = i;
                while (next < text.length() && text.charAt(next) == '\\') {
                    next++;
                }
                used = next - i;
                int code = next < text.length() ? escaped(text, next) : -1;
                if (code < 0) {
                    i += used;
                    continue;
                }
                used += code >> 16;
                c = (char) code;
            }
            i += used;
            if (Character.isWhitespace(c) || c == '\u00a0') {
                blank = true;
                continue;
            }
            if (blank
                    && !out.isEmpty()
                    && Character.isLetterOrDigit(c)
                    && Character.isLetterOrDigit(out.charAt(out.length() - 1))) {
                out.append(' ');
            }
            blank = false;
            out.append(c);
        }
        return out.toString();
    }

    /// The character that stands at `at` after backslashes, with the characters used in the upper
    /// half; -1 if the backslashes are simply dropped.
    private static int escaped(String text, int at) {
        return switch (text.charAt(at)) {
            case 'n', 'r', 't', 'f', 'b' -> 1 << 16 | ' ';
            case 'u' -> hex(text, at + 1, 4);
            case 'x' -> hex(text, at + 1, 2);
            default -> -1;
        };
    }

    private static int hex(String text, int from, int digits) {
        if (from + digits > text.length()) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return (digits + 1) << 16 | value;
    }
}
