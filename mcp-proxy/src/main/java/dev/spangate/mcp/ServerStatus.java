package dev.spangate.mcp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How a registered server is doing.
///
/// @param state where it stands
/// @param era the era spoken with it, once known
/// @param lastError the last failure, without secrets
/// @param lastErrorAt when that was
/// @param address `host:port` for HTTP, the command's name for stdio
public record ServerStatus(
        State state,
        @Nullable Era era,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt,
        String address) {
    /// Where a server stands.
    public enum State {
        /// Nobody has asked for it yet.
        IDLE,
        CONNECTING,
        READY,
        /// It failed; the next call tries again, at most as often as the backoff allows.
        FAILED,
        STOPPED
    }
}
