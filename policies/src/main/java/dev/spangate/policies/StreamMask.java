package dev.spangate.policies;

import java.util.ArrayList;
import java.util.List;

/// Masks a text that arrives in pieces: holds back as much as a match could need, never lets a
/// match through, and gives the rest on at once. One thread at a time.
final class StreamMask {
    /// A finding longer than this is masked as what it is so far, and all that follows until it
    /// ends.
    private static final int WINDOW = Detector.MAX_MATCH;

    private final List<Detector> detectors;
    private final Masking masking;

    /// Searching anew for every character would cost a window each.
    private static final int STEP = 64;

    /// A private key that does not end would otherwise be held back without end.
    private static final int MAX_HELD = 32 << 10;

    private static final String ARMOUR_END = "-----END ";

    private final StringBuilder held = new StringBuilder();
    private boolean swallowing;
    private final List<Finding> acted = new ArrayList<>();

    StreamMask(List<Detector> detectors, Masking masking) {
        this.detectors = detectors;
        this.masking = masking;
    }

    /// Takes a piece and returns what may go on.
    String push(String piece) {
        held.append(piece);
        if (swallowing && !swallowed()) {
            return "";
        }
        return held.length() <= WINDOW + STEP ? "" : release(held.length() - WINDOW);
    }

    /// The text has ended: returns the rest.
    String finish() {
        return swallowing && !swallowed() ? "" : release(held.length());
    }

    /// Drops the rest of an endless private key up to the end of its armour.
    private boolean swallowed() {
        int end = held.indexOf(ARMOUR_END);
        int close = end < 0 ? -1 : held.indexOf("-----", end + ARMOUR_END.length());
        if (close < 0) {
            held.delete(0, Math.max(0, held.length() - WINDOW));
            return false;
        }
        held.delete(0, close + 5);
        swallowing = false;
        return true;
    }

    /// What was masked so far; offsets are those of the moment and mean nothing outside.
    List<Finding> acted() {
        return List.copyOf(acted);
    }

    private String release(int wanted) {
        var text = held.toString();
        List<Finding> found = new ArrayList<>();
        detectors.forEach(detector -> found.addAll(detector.find(text)));
        int cut = calm(text, wanted);
        List<Finding> whole = new ArrayList<>();
        for (var finding : Masking.apart(found)) {
            if (finding.end() <= cut) {
                whole.add(finding);
            } else if (finding.start() < cut) {
                cut = finding.start();
            }
        }
        if (cut == 0 && text.length() > MAX_HELD) {
            return swallow(text, found);
        }
        acted.addAll(whole);
        var released = masking.mask(text.substring(0, cut), whole);
        held.delete(0, cut);
        return released;
    }

    private String swallow(String text, List<Finding> found) {
        var open = Masking.apart(found).getFirst();
        acted.add(open);
        held.setLength(0);
        swallowing = true;
        return masking.mask(text, List.of(new Finding(open.kind(), open.rule(), 0, text.length())));
    }

    /// Never cuts inside a word: what is a match depends on the characters right beside it.
    private static int calm(String text, int wanted) {
        int calm = wanted;
        while (calm > 0 && calm < text.length() && !Character.isWhitespace(text.charAt(calm - 1))) {
            calm--;
        }
        return calm == 0 && wanted > 4 * WINDOW ? wanted : calm;
    }
}
