package dev.spangate.policies;

import java.util.ArrayList;
import java.util.List;

/// Private keys in PEM armour (RFC 7468). A beginning without an end counts to the end of the text:
/// a stream then masks all that follows until the armour closes.
final class PrivateKeyDetector implements Detector {
    private static final String BEGIN = "-----BEGIN ";
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    @Override
    public List<Finding> find(String text) {
        List<Finding> found = new ArrayList<>(0);
        for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, begin + 1)) {
            int label = begin + BEGIN.length();
            int labelEnd = text.indexOf(DASHES, label);
            if (labelEnd < 0
                    || labelEnd - label > 40
                    || !text.substring(label, labelEnd).contains(PRIVATE)) {
                continue;
            }
            found.add(new Finding("private-key", "pem-private-key", begin, end(text, labelEnd)));
        }
        return found;
    }

    private static int end(String text, int from) {
        int end = text.indexOf(END, from);
        int close = end < 0 ? -1 : text.indexOf(DASHES, end + END.length());
        return close < 0 ? text.length() : close + DASHES.length();
    }
}
