package dev.spangate.telemetry;

import java.time.Duration;

/// What a destination made of one request.
sealed interface Receipt {
    /// It has them.
    record Accepted() implements Receipt {}

    /// It may take them later.
    ///
    /// @param reason for people
    /// @param after what it asked for; zero for nothing
    record Later(String reason, Duration after) implements Receipt {}

    /// It will not take them until somebody changes the configuration (keys, path): nothing is lost
    /// meanwhile.
    ///
    /// @param hint says what to change
    record Misdirected(String hint) implements Receipt {}

    /// It refuses what is in them.
    record Refused(String reason) implements Receipt {}
}
