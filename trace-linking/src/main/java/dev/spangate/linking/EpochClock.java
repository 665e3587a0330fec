package dev.spangate.linking;

import java.time.Instant;

/// Epoch nanoseconds; tests bring their own.
@FunctionalInterface
public interface EpochClock {
    long now();

    /// The system's clock.
    static EpochClock system() {
        return () -> {
            var now = Instant.now();
            return now.getEpochSecond() * 1_000_000_000L + now.getNano();
        };
    }
}
