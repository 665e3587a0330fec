package dev.spangate.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Makes the names that carry their server's name: only letters, digits, `_` and `-`, capped,
/// deterministic.
final class ExposedNames {
    private static final int HASH = 8;

    /// The longest name that model APIs take.
    private static final int LONGEST = 64;

    private final int maxLength;

    ExposedNames(int maxLength) {
        this.maxLength = maxLength;
    }

    /// `server_tool`, or its beginning and a hash where that is too long.
    String prefixed(String server, String tool) {
        var name = harmless(server + "_" + tool);
        return name.length() <= maxLength ? name : hashed(server, tool);
    }

    /// The tool's own name, or its beginning and a hash where no model API takes it.
    String capped(String server, String tool) {
        int longest = Math.max(LONGEST, maxLength);
        return tool.length() <= longest
                ? tool
                : tool.substring(0, longest - HASH - 1) + "_" + hash(server + "\0" + tool);
    }

    /// A name that only this tool of this server has.
    String hashed(String server, String tool) {
        var name = harmless(server + "_" + tool);
        int keep = Math.min(name.length(), maxLength - HASH - 1);
        return name.substring(0, keep) + "_" + hash(server + "\0" + tool);
    }

    private static String harmless(String name) {
        var out = new StringBuilder(name.length());
        name.codePoints()
                .forEach(c -> {
                    boolean plain =
                            (c >= 'a' && c <= 'z')
                                    || (c >= 'A' && c <= 'Z')
                                    || (c >= '0' && c <= '9')
                                    || c == '_'
                                    || c == '-';
                    out.append(plain ? (char) c : '_');
                });
        return out.toString();
    }

    private static String hash(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            var bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(bytes, 0, HASH / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
