package dev.spangate.linking;

import java.security.SecureRandom;

/// Keyed hashes of ids and texts: what memory and the journal's evidence hold instead of content.
///
/// Polynomials modulo the prime 2^61-1 over a secret base, so that windows of a text can be rolled
/// (see [Fingerprint]) and nobody without the key can aim at a collision.
final class Keyed {
    static final long PRIME = (1L << 61) - 1;

    private final long base;
    private final long salt;

    Keyed(long base, long salt) {
        this.base = base;
        this.salt = salt;
    }

    static Keyed random() {
        var random = new SecureRandom();
        return new Keyed((random.nextLong() >>> 4) | 1, random.nextLong());
    }

    /// The key as text, for the checkpoint.
    String export() {
        return Long.toHexString(base) + ":" + Long.toHexString(salt);
    }

    static Keyed of(String exported) {
        int colon = exported.indexOf(':');
        return new Keyed(
                Long.parseUnsignedLong(exported, 0, colon, 16),
                Long.parseUnsignedLong(exported, colon + 1, exported.length(), 16));
    }

    long base() {
        return base;
    }

    /// Hash of an id, character by character.
    long id(CharSequence id) {
        long hash = 1;
        for (int i = 0; i < id.length(); i++) {
            hash = step(hash, id.charAt(i));
        }
        return mix(hash ^ salt);
    }

    /// Hash of a text in which runs of white space count as one blank and none at the ends.
    long text(String text) {
        long hash = 1;
        long pack = 0;
        int packed = 0;
        boolean blank = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ') {
                blank = true;
                continue;
            }
            if (blank && packed + hash != 1) {
                pack = pack << 16 | ' ';
                if (++packed == 3) {
                    hash = step(hash, pack);
                    pack = 0;
                    packed = 0;
                }
            }
            blank = false;
            pack = pack << 16 | c;
            if (++packed == 3) {
                hash = step(hash, pack);
                pack = 0;
                packed = 0;
            }
        }
        return mix(step(hash, pack + packed) ^ salt);
    }

    /// Combines in order.
    long combine(long left, long right) {
        return mix(step(left & PRIME, right >>> 3) + (right & 7) + salt);
    }

    /// One step of the polynomial.
    long step(long hash, long next) {
        long sum = multiply(hash, base) + next + 1;
        sum = (sum & PRIME) + (sum >>> 61);
        return sum >= PRIME ? sum - PRIME : sum;
    }

    /// `left * right` modulo 2^61-1, both below it.
    static long multiply(long left, long right) {
        long high = Math.multiplyHigh(left, right);
        long low = left * right;
        long sum = (low & PRIME) + ((low >>> 61) | (high << 3));
        sum = (sum & PRIME) + (sum >>> 61);
        return sum >= PRIME ? sum - PRIME : sum;
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
