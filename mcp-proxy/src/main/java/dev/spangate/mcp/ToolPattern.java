package dev.spangate.mcp;

import java.util.List;

/// A pattern `server/tool` over registered names and servers' own tool names; without a slash it
/// names whole servers.
///
/// @param server glob over server names
/// @param tool glob over the server's own tool names
record ToolPattern(String server, String tool) {
    private static final String ANY = "*";

    static ToolPattern of(String text) {
        int slash = text.indexOf('/');
        return slash < 0
                ? new ToolPattern(text, ANY)
                : new ToolPattern(text.substring(0, slash), text.substring(slash + 1));
    }

    static List<ToolPattern> all(List<String> texts) {
        return texts.stream().map(ToolPattern::of).toList();
    }

    /// It may name tools of this server.
    boolean concerns(String candidate) {
        return Globs.matches(server, candidate);
    }

    /// It names everything that this server has.
    boolean wholly(String candidate) {
        return tool.equals(ANY) && concerns(candidate);
    }

    boolean matches(String candidate, String own) {
        return concerns(candidate) && Globs.matches(tool, own);
    }
}
