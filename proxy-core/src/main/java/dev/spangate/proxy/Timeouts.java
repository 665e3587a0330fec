package dev.spangate.proxy;

import java.time.Duration;

/// How long an upstream may take; zero means no limit.
///
/// @param connect until the connection stands, TLS included
/// @param firstByte from sending the request until the response's head is in
/// @param idle between two pieces of the response's body, while somebody waits for one
/// @param total from sending the request until the body has ended
public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
    /// What holds unless configured: made for models that think for minutes before they answer.
    public static final Timeouts DEFAULT =
            new Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(5),
                    Duration.ZERO);

    /// The same with another limit for the response's head.
    public Timeouts withFirstByte(Duration other) {
        return new Timeouts(connect, other, idle, total);
    }

    /// The same with another limit for the whole exchange.
    public Timeouts withTotal(Duration other) {
        return new Timeouts(connect, firstByte, idle, other);
    }
}
