package dev.spangate.mcp;

import java.util.List;

/// Patterns over names: `*` is any run of characters, `?` is one; everything else is itself.
final class Globs {
    private Globs() {}

    static boolean anyMatches(List<String> globs, String name) {
        return globs.stream().anyMatch(glob -> matches(glob, name));
    }

    /// Without recursion: it goes back to the last `*` alone.
    static boolean matches(String glob, String name) {
        int g = 0;
        int n = 0;
        int star = -1;
        int mark = 0;
        while (n < name.length()) {
            if (g < glob.length() && glob.charAt(g) == '*') {
                star = g++;
                mark = n;
            } else if (g < glob.length()
                    && (glob.charAt(g) == '?' || glob.charAt(g) == name.charAt(n))) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (g < glob.length() && glob.charAt(g) == '*') {
            g++;
        }
        return g == glob.length();
    }
}
