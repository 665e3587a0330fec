package dev.spangate.mcp;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// RFC 5424 severities as MCP names them, least severe first.
enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARNING,
    ERROR,
    CRITICAL,
    ALERT,
    EMERGENCY;

    static Optional<LogLevel> of(@Nullable String wire) {
        for (var level : values()) {
            if (level.wire().equals(wire)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }

    String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether a line of this severity is wanted where this is the least; unknown ones are.
    boolean includes(@Nullable String other) {
        return of(other).map(level -> level.compareTo(this) >= 0).orElse(true);
    }
}
