package dev.spangate.llm;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the members of a JSON object stand in its bytes, for edits that change nothing else.
///
/// Only for text that a parser has accepted: keys are compared as they are written, escapes and
/// all, so a key written with escapes is not found and the edit is not made.
final class JsonMembers {
    private final byte[] json;
    private final int open;
    private final Map<String, Span> members = new LinkedHashMap<>();

    private JsonMembers(byte[] json, int from) {
        this.json = json;
        this.open = skipTo(from, '{');
        scan();
    }

    /// Of the object that the bytes hold.
    static JsonMembers of(byte[] json) {
        return new JsonMembers(json, 0);
    }

    /// The bytes of a value, first to last.
    private record Span(int from, int to) {}

    boolean has(String key) {
        return members.containsKey(key);
    }

    /// The object that a member holds, null where it holds none.
    @Nullable JsonMembers object(String key) {
        var span = members.get(key);
        return span != null && json[span.from] == '{' ? new JsonMembers(json, span.from) : null;
    }

    /// The bytes with another value for a member, which is added in front where it is missing.
    byte[] with(String key, String value) {
        var span = members.get(key);
        if (span != null) {
            return splice(span.from, span.to, value);
        }
        String comma = members.isEmpty() ? "" : ",";
        return splice(open + 1, open + 1, "\"" + key + "\":" + value + comma);
    }

    private byte[] splice(int from, int to, String text) {
        byte[] piece = text.getBytes(StandardCharsets.UTF_8);
        byte[] edited = new byte[json.length - (to - from) + piece.length];
        System.arraycopy(json, 0, edited, 0, from);
        System.arraycopy(piece, 0, edited, from, piece.length);
        System.arraycopy(json, to, edited, from + piece.length, json.length - to);
        return edited;
    }

    private void scan() {
        int at = skipSpace(open + 1);
        while (at < json.length && json[at] == '"') {
            int keyEnd = afterString(at);
            String key = new String(json, at + 1, keyEnd - at - 2, StandardCharsets.UTF_8);
            int from = skipSpace(skipTo(keyEnd, ':') + 1);
            int to = afterValue(from);
            members.put(key, new Span(from, to));
            at = skipSpace(to);
            at = at < json.length && json[at] == ',' ? skipSpace(at + 1) : json.length;
        }
    }

    private int afterValue(int from) {
        int depth = 0;
        int at = from;
        while (at < json.length) {
            switch (json[at]) {
                case '"' -> at = afterString(at) - 1;
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    if (depth == 0) {
                        return trimmed(from, at);
                    }
                    depth--;
                }
                case ',' -> {
                    if (depth == 0) {
                        return trimmed(from, at);
                    }
                }
                default -> {
                    // Part of a number, a word, or space.
                }
            }
            at++;
        }
        return at;
    }

    private int trimmed(int from, int to) {
        int end = to;
        while (end > from && json[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    private int afterString(int quote) {
        int at = quote + 1;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, json.length);
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < json.length && json[at] >= 0 && json[at] <= ' ') {
            at++;
        }
        return at;
    }

    private int skipTo(int from, char wanted) {
        int at = from;
        while (at < json.length && json[at] != wanted) {
            at++;
        }
        return at;
    }
}
