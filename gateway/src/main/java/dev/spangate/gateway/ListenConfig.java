package dev.spangate.gateway;

import dev.spangate.proxy.Settings;
import java.time.Duration;
import java.util.List;

/// `listen:`, where clients come to.
///
/// @param host address or name to bind
/// @param port 0 for any free one
/// @param grace how long streams may go on after a stop was asked for
/// @param maxBody bytes of a request's body; more is answered with 413
/// @param maxHeaders bytes of a request's header block; more is answered with 431
/// @param maxConnections open connections; more wait in the backlog
/// @param idle when a connection without a request is closed
/// @param allowAnonymous serve others than this machine although no callers are configured
/// @param allowedHosts accepted in `Host` beside loopback names
/// @param allowedOrigins accepted in `Origin` beside our own
/// @param accessLog a JSON line per request on standard output
public record ListenConfig(
        String host,
        int port,
        Duration grace,
        long maxBody,
        int maxHeaders,
        int maxConnections,
        Duration idle,
        boolean allowAnonymous,
        List<String> allowedHosts,
        List<String> allowedOrigins,
        boolean accessLog) {
    private static final int PORT = 8080;
    private static final int MOST_HEADERS = 1 << 20;

    public ListenConfig {
        allowedHosts = List.copyOf(allowedHosts);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /// Whether only this machine can connect.
    boolean loopback() {
        return Loopback.is(host);
    }

    /// The same on another port; 0 for any free one.
    public ListenConfig withPort(int other) {
        return new ListenConfig(
                host,
                other,
                grace,
                maxBody,
                maxHeaders,
                maxConnections,
                idle,
                allowAnonymous,
                allowedHosts,
                allowedOrigins,
                accessLog);
    }

    static ListenConfig from(Settings settings) {
        var listen =
                new ListenConfig(
                        settings.text("host").orElse("127.0.0.1"),
                        settings.integer("port", PORT, 0, 65_535),
                        settings.duration("grace", Duration.ofSeconds(25)),
                        settings.bytes("max-body", 32L << 20),
                        Math.clamp(settings.bytes("max-headers", 64 << 10), 1024, MOST_HEADERS),
                        settings.integer("max-connections", 20_000, 1, 1_000_000),
                        settings.duration("idle", Duration.ofMinutes(5)),
                        settings.flag("allow-anonymous", false),
                        settings.texts("allowed-hosts"),
                        settings.texts("allowed-origins"),
                        settings.flag("access-log", true));
        settings.end();
        return listen;
    }
}
