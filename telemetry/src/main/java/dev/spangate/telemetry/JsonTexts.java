package dev.spangate.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The long texts in a JSON document, found without parsing it: a conversation of megabytes is
/// shortened in one look and one copy.
///
/// Only values count; names, numbers and structure stay as they are. Of what is no JSON nothing is
/// promised but that it ends.
final class JsonTexts {
    /// Shorter ones would not become shorter.
    private static final int SHORTEST = 64;

    private final String json;

    /// Begin, end and number of characters (an escape is one) of each long text.
    private int[] found = new int[96];

    private int size;

    private JsonTexts(String json) {
        this.json = json;
    }

    /// Null where this is no object or array, or does not end as one.
    static @Nullable JsonTexts in(String json) {
        var texts = new JsonTexts(json);
        return texts.scan() ? texts : null;
    }

    private boolean scan() {
        int depth = 0;
        boolean any = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"' && depth > 0) {
                i = text(i + 1);
                if (i < 0) {
                    return false;
                }
            } else if (c == '{' || c == '[') {
                depth++;
                any = true;
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (depth == 0 && !Character.isWhitespace(c)) {
                return false;
            }
        }
        return any && depth == 0;
    }

    /// Remembers the text that begins there; returns where its quote is, -1 for nowhere.
    private int text(int begin) {
        int escaped = 0;
        for (int i = begin; i < json.length(); i++) {
            char c = json.charAt(i);
            if (c == '"') {
                if (i - begin > SHORTEST && !isName(i + 1)) {
                    add(begin, i, i - begin - escaped);
                }
                return i;
            }
            if (c == '\\') {
                int extra = i + 1 < json.length() && json.charAt(i + 1) == 'u' ? 5 : 1;
                escaped += extra;
                i += extra;
            }
        }
        return -1;
    }

    private boolean isName(int behind) {
        int i = behind;
        while (i < json.length() && Character.isWhitespace(json.charAt(i))) {
            i++;
        }
        return i < json.length() && json.charAt(i) == ':';
    }

    private void add(int begin, int end, int characters) {
        if (size + 3 > found.length) {
            found = Arrays.copyOf(found, found.length * 2);
        }
        found[size++] = begin;
        found[size++] = end;
        found[size++] = characters;
    }

    /// How long the document is at most once its texts have been shortened.
    int lengthWith(int limit) {
        int length = json.length();
        for (int i = 0; i < size; i += 3) {
            length -= Math.max(0, found[i + 1] - found[i] - limit);
        }
        return length;
    }

    /// The document with texts of at most `limit` characters as they are written, each cut marked.
    ///
    /// @param limit at least 64
    String with(int limit) {
        var out = new StringBuilder(lengthWith(limit));
        int copied = 0;
        for (int i = 0; i < size; i += 3) {
            int begin = found[i];
            int end = found[i + 1];
            if (end - begin > limit) {
                String mark = ContentCap.mark(found[i + 2]);
                out.append(json, copied, kept(begin, begin + limit - mark.length())).append(mark);
                copied = end;
            }
        }
        return out.append(json, copied, json.length()).toString();
    }

    /// The last place up to `most` that is inside neither an escape nor a pair of surrogates.
    private int kept(int begin, int most) {
        int at = begin;
        int pair = -1;
        while (at < most) {
            int next = at + 1;
            char c = json.charAt(at);
            if (c == '\\') {
                boolean unicode = json.charAt(at + 1) == 'u';
                next = at + (unicode ? 6 : 2);
                c = unicode ? (char) Integer.parseInt(json, at + 2, at + 6, 16) : ' ';
            }
            if (next > most) {
                break;
            }
            pair = Character.isHighSurrogate(c) ? at : -1;
            at = next;
        }
        return pair < 0 ? at : pair;
    }
}
