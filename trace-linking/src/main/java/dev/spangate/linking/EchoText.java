package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An echoed result's text while its request is in memory: how well does a result match it?
final class EchoText implements Echo {
    /// Shorter texts count only as the whole echo, a whole line or a JSON string.
    static final int SHORT = 16;

    private static final int MAX_PIECES = 10_000;
    private static final Pattern CUT =
            Pattern.compile(
                    "truncat|omitted|\\.\\.\\.|…|\\bcut\\b|shortened|too long|elided|more characters");

    private final Keyed keyed;
    private final List<String> texts;
    private final List<String> plain = new ArrayList<>();
    private @Nullable Set<Fingerprint> pieces;

    EchoText(Keyed keyed, List<String> texts) {
        this.keyed = keyed;
        this.texts = texts;
        if (texts.size() > 1) {
            plain.add(PlainText.of(String.join("\n", texts)));
        }
        for (var text : texts) {
            plain.add(PlainText.of(text));
        }
    }

    @Override
    public @Nullable Fingerprint longest(List<Fingerprint> tellings) {
        Fingerprint found = null;
        for (var telling : tellings) {
            var held = held(telling);
            if (held != null && (found == null || held.length() > found.length())) {
                found = held;
            }
        }
        return found;
    }

    private @Nullable Fingerprint held(Fingerprint telling) {
        return switch (grade(telling)) {
            case NONE -> null;
            case PREFIX -> new Fingerprint(telling.headLength(), telling.head(), telling.head());
            case CONTAINED, VERBATIM -> telling;
        };
    }

    /// True if `part` stands in the echo only inside of `whole`: a line of a result may be the
    /// whole result of another execution.
    @Override
    public boolean explains(Fingerprint whole, Fingerprint part) {
        if (whole.length() <= part.length()) {
            return false;
        }
        boolean found = false;
        for (var text : plain) {
            int at = Fingerprint.find(keyed, text, whole.length(), whole.hash());
            found |= at >= 0;
            if (at >= 0 && part.occursIn(keyed, without(text, at, whole.length()))) {
                return false;
            }
        }
        return found;
    }

    private static String without(String text, int at, int length) {
        return text.substring(0, at) + '\uffff' + text.substring(at + length);
    }

    /// The best grade of any telling of a result.
    @Override
    public Grade grade(List<Fingerprint> tellings) {
        var best = Grade.NONE;
        for (var telling : tellings) {
            var grade = grade(telling);
            if (grade.compareTo(best) > 0) {
                best = grade;
            }
        }
        return best;
    }

    /// Characters of the longest plain telling.
    int length() {
        return plain.isEmpty() ? 0 : plain.getFirst().length();
    }

    /// Whole texts of this echo, to be looked up.
    List<Fingerprint> wholes() {
        return plain.stream().map(text -> Fingerprint.ofPlain(keyed, text)).toList();
    }

    private Grade grade(Fingerprint result) {
        if (result.length() == 0) {
            return plain.stream().allMatch(String::isEmpty) ? Grade.VERBATIM : Grade.NONE;
        }
        if (pieces().contains(result)) {
            return Grade.VERBATIM;
        }
        if (result.length() >= SHORT) {
            for (var text : plain) {
                if (result.occursIn(keyed, text)) {
                    return Grade.CONTAINED;
                }
            }
        }
        return isCutFrom(result) ? Grade.PREFIX : Grade.NONE;
    }

    private boolean isCutFrom(Fingerprint result) {
        if (result.length() <= Fingerprint.HEAD || length() >= result.length()) {
            return false;
        }
        boolean marked =
                texts.stream().anyMatch(text -> CUT.matcher(text.toLowerCase(Locale.ROOT)).find());
        return marked && plain.stream().anyMatch(text -> result.startOccursIn(keyed, text));
    }

    /// Fingerprints of the whole echo, its lines and the JSON strings in it.
    private Set<Fingerprint> pieces() {
        if (pieces == null) {
            pieces = new HashSet<>(wholes());
            for (var text : texts) {
                text.lines().limit(MAX_PIECES).forEach(this::addPiece);
                addStrings(text);
            }
        }
        return pieces;
    }

    private void addStrings(String text) {
        int open = text.indexOf('"');
        for (int n = 0; open >= 0 && n < MAX_PIECES; n++) {
            int close = open + 1;
            while (close < text.length() && text.charAt(close) != '"') {
                close += text.charAt(close) == '\\' ? 2 : 1;
            }
            if (close >= text.length()) {
                return;
            }
            addPiece(text.substring(open + 1, close));
            open = text.indexOf('"', close + 1);
        }
    }

    private void addPiece(String piece) {
        if (pieces != null) {
            pieces.add(Fingerprint.ofPlain(keyed, PlainText.of(piece)));
        }
    }
}
