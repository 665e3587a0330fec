package dev.spangate.mcp;

import java.text.Normalizer;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells names that a person or a model takes for one another: by case, by separators, by digits
/// that stand for letters, by letters of other scripts (Unicode TR39, as far as it concerns Latin
/// names), by characters that show nothing.
final class LookAlikes {
    /// Letters of other scripts that are drawn like an ASCII letter, pairwise: the letter, then
    /// what it is taken for.
    private static final String PAIRS =
            "аaвbеeкkмmнhоoрpсcтtуyхxѕsіlјjԛqԝwһhӏlԁdгrпn" // Cyrillic
                    + "αaβbγyεeηnιlκkμmνvοoρpτtυuχxωw" // Greek
                    + "ɑaɡgıiɩlƒfʏyᴄcᴏoᴠvᴡwᴢz" // Latin
                    + "օoոnսuհh"; // Armenian

    private static final Map<Integer, Character> TAKEN_FOR = new HashMap<>();

    static {
        for (int i = 0; i < PAIRS.length(); i += 2) {
            TAKEN_FOR.put((int) PAIRS.charAt(i), PAIRS.charAt(i + 1));
        }
    }

    private LookAlikes() {}

    /// What is left of a name when everything that is easily overlooked is taken away: names with
    /// equal skeletons look alike.
    static String skeleton(String name) {
        var folded = new StringBuilder(name.length());
        Normalizer.normalize(name, Normalizer.Form.NFKC)
                .codePoints()
                .map(c -> Character.toLowerCase(Character.toUpperCase(c))) // no context: no locale
                .forEach(folded::appendCodePoint);
        var plain = Normalizer.normalize(folded, Normalizer.Form.NFKD);
        var out = new StringBuilder(plain.length());
        plain.codePoints().forEach(c -> append(out, c));
        return out.toString().replace("rn", "m").replace("vv", "w");
    }

    private static void append(StringBuilder out, int c) {
        if (isInvisible(c) || Character.getType(c) == Character.NON_SPACING_MARK) {
            return;
        }
        int seen = TAKEN_FOR.getOrDefault(c, (char) 0);
        switch (seen == 0 ? c : seen) {
            case '1', 'i', '|' -> out.append('l');
            case '0' -> out.append('o');
            case '-', '.', '/', ' ', ':' -> out.append('_');
            default -> out.appendCodePoint(seen == 0 ? c : seen);
        }
    }

    /// The first of `others` that the name looks like without being it; null if there is none.
    static @Nullable String of(String name, Collection<String> others) {
        var skeleton = skeleton(name);
        return others.stream()
                .filter(other -> !other.equals(name) && skeleton(other).equals(skeleton))
                .findFirst()
                .orElse(null);
    }

    /// Whether the name holds characters that no honest tool name needs (SEP-986 has ASCII only):
    /// of other scripts, or ones that show nothing.
    static boolean isSuspicious(String name) {
        return name.codePoints().anyMatch(c -> c > '~' || c < ' ');
    }

    private static boolean isInvisible(int c) {
        return switch (Character.getType(c)) {
            case Character.FORMAT, Character.CONTROL, Character.UNASSIGNED, Character.PRIVATE_USE ->
                    true;
            default -> Character.isIdentifierIgnorable(c) || c == 0x3164 || c == 0x115f;
        };
    }
}
