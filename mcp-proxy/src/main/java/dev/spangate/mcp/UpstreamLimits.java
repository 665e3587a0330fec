package dev.spangate.mcp;

import java.time.Duration;

/// How long and how much one server may take.
///
/// @param connect for a connection or a child process, and its handshake
/// @param firstByte for the head of an HTTP answer
/// @param idle between two signs of life of one call
/// @param total for one call
/// @param maxBytes of one message
record UpstreamLimits(
        Duration connect, Duration firstByte, Duration idle, Duration total, int maxBytes) {
    static UpstreamLimits of(ServerConfig config) {
        var timeouts = config.timeouts();
        return new UpstreamLimits(
                timeouts.connect(),
                timeouts.firstByte(),
                timeouts.idle(),
                timeouts.total(),
                Math.clamp(config.maxResponse(), 1024, Integer.MAX_VALUE - 64));
    }

    TransportFailure tooLarge() {
        return new TransportFailure(
                McpUpstreamException.Kind.TOO_LARGE,
                "sent a message over the limit of %d bytes (max-response)".formatted(maxBytes));
    }
}
