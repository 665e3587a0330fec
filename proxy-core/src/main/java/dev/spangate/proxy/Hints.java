package dev.spangate.proxy;

import org.jspecify.annotations.Nullable;

/// What a request's body says of its sender, where the body is read by a proxy.
///
/// @param session the session or conversation
/// @param thread a thread within it (Codex)
/// @param turn one turn of it (Codex)
/// @param user the end user
/// @param agent the agent's name
/// @param fallbackSession a session only if neither header nor body names a better one
public record Hints(
        @Nullable String session,
        @Nullable String thread,
        @Nullable String turn,
        @Nullable String user,
        @Nullable String agent,
        @Nullable String fallbackSession) {
    /// Nothing is said.
    public static final Hints NONE = new Hints(null, null, null, null, null, null);
}
