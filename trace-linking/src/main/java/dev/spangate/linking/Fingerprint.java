package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// What memory holds of a text: length and keyed hash of the [PlainText] and of its start, enough
/// to find it again inside another text without having it (rules L4, R4).
///
/// @param length characters of the plain text
/// @param hash keyed hash of all of it
/// @param head keyed hash of its first [#HEAD] characters, or of all of it
record Fingerprint(int length, long hash, long head) {
    static final int HEAD = 64;

    /// Of a text that is plain already.
    static Fingerprint ofPlain(Keyed keyed, String plain) {
        return of(keyed, plain, HEAD);
    }

    static Fingerprint of(Keyed keyed, String plain, int headLength) {
        long hash = 0;
        long head = 0;
        for (int i = 0; i < plain.length(); i++) {
            hash = keyed.step(hash, plain.charAt(i));
            if (i < headLength) {
                head = hash;
            }
        }
        return new Fingerprint(plain.length(), hash, head);
    }

    int headLength() {
        return Math.min(length, HEAD);
    }

    boolean isWhole(Fingerprint other) {
        return length == other.length && hash == other.hash;
    }

    /// True if the text with this fingerprint occurs in `plain`.
    boolean occursIn(Keyed keyed, String plain) {
        return length > 0 && find(keyed, plain, length, hash) >= 0;
    }

    /// True if the start of the text occurs in `plain`.
    boolean startOccursIn(Keyed keyed, String plain) {
        return length > 0 && find(keyed, plain, headLength(), head) >= 0;
    }

    /// True if the text stands at `start` of `plain`.
    boolean isAt(Keyed keyed, String plain, int start) {
        long found = 0;
        for (int i = 0; i < length; i++) {
            found = keyed.step(found, plain.charAt(start + i));
        }
        return found == hash;
    }

    /// Where a window of `length` characters with `hash` begins in `plain`; -1 if nowhere.
    static int find(Keyed keyed, String plain, int length, long hash) {
        var window = Window.over(keyed, plain, length);
        while (window != null) {
            if (window.hash() == hash) {
                return window.start();
            }
            if (!window.advance()) {
                break;
            }
        }
        return -1;
    }

    /// A window of fixed length that rolls over a text.
    static final class Window {
        private final Keyed keyed;
        private final String text;
        private final int length;
        private final long power;
        private long hash;
        private int start;

        private Window(Keyed keyed, String text, int length) {
            this.keyed = keyed;
            this.text = text;
            this.length = length;
            long factor = 1;
            long square = keyed.base();
            for (int n = length; n > 0; n >>= 1) {
                if ((n & 1) == 1) {
                    factor = Keyed.multiply(factor, square);
                }
                square = Keyed.multiply(square, square);
            }
            this.power = factor;
            for (int i = 0; i < length; i++) {
                hash = keyed.step(hash, text.charAt(i));
            }
        }

        /// Null if the text is shorter than the window.
        static @Nullable Window over(Keyed keyed, String text, int length) {
            return text.length() < length ? null : new Window(keyed, text, length);
        }

        long hash() {
            return hash;
        }

        int start() {
            return start;
        }

        boolean advance() {
            if (start + length >= text.length()) {
                return false;
            }
            long gone = Keyed.multiply(text.charAt(start) + 1L, power);
            long next = keyed.step(hash, text.charAt(start + length));
            next -= gone;
            hash = next < 0 ? next + Keyed.PRIME : next;
            start++;
            return true;
        }
    }
}
