package dev.spangate.mcp;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the exchanges of one HTTP session share: where to send, limits, where messages go, the
/// session id.
final class HttpEndpoint {
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final URI address;
    private final HttpSender sender;
    private final UpstreamLimits limits;
    private final Deadlines deadlines;
    private final Inbound inbound;
    private volatile @Nullable String sessionId;

    HttpEndpoint(
            URI address,
            HttpSender sender,
            UpstreamLimits limits,
            Deadlines deadlines,
            Inbound inbound) {
        this.address = address;
        this.sender = sender;
        this.limits = limits;
        this.deadlines = deadlines;
        this.inbound = inbound;
    }

    URI address() {
        return address;
    }

    HttpSender sender() {
        return sender;
    }

    UpstreamLimits limits() {
        return limits;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    Inbound inbound() {
        return inbound;
    }

    @Nullable String sessionId() {
        return sessionId;
    }

    void sessionStarted(String id) {
        sessionId = id;
    }

    /// Reads a stream that has said all we need to its end beside the caller, so that its
    /// connection can be used again; a server that keeps it open loses the connection.
    void drain(InputStream rest) {
        Thread.ofVirtual()
                .name("mcp-drain")
                .start(() -> {
                    var abort = new Abort();
                    abort.on(rest);
                    try (var _ = deadlines.start(DRAIN, abort::abort)) {
                        rest.skip(Long.MAX_VALUE);
                    } catch (IOException gone) {
                        // The connection is not used again.
                    } finally {
                        abort.closeQuietly(rest);
                    }
                });
    }
}
