package dev.spangate.telemetry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// How a destination gathers and tries again.
///
/// @param linger how long spans are gathered before a request
/// @param first pause after the first failure; doubled each time
/// @param longest pause
record Pace(Duration linger, Duration first, Duration longest) {
    static final Pace USUAL =
            new Pace(Duration.ofMillis(200), Duration.ofMillis(250), Duration.ofSeconds(30));

    /// With jitter, so that many gateways do not come back at once.
    Duration backoff(int attempt) {
        long base = first.toMillis() << Math.min(attempt, 20);
        long millis = Math.max(2, Math.min(base, longest.toMillis()));
        return Duration.ofMillis(millis / 2 + ThreadLocalRandom.current().nextLong(millis / 2 + 1));
    }
}
