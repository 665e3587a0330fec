package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpTransportException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why a transport could not carry a message.
///
/// Its text completes "MCP server 'x': …" and holds no secret; the session that owns the transport
/// adds the name.
final class TransportFailure extends McpTransportException {
    private static final long serialVersionUID = 1L;

    private final McpUpstreamException.Kind kind;
    private final int status;
    private final boolean repeatable;

    TransportFailure(McpUpstreamException.Kind kind, String message) {
        this(kind, message, null);
    }

    TransportFailure(McpUpstreamException.Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.status = 0;
        this.repeatable = false;
    }

    private TransportFailure(
            McpUpstreamException.Kind kind, String message, int status, boolean repeatable) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.repeatable = repeatable;
    }

    /// An HTTP status that is no answer to the message.
    static TransportFailure status(McpUpstreamException.Kind kind, int status, String message) {
        return new TransportFailure(kind, message, status, false);
    }

    /// The server no longer knows our session and did not process the message.
    static TransportFailure expired(int status) {
        return new TransportFailure(
                McpUpstreamException.Kind.CLOSED,
                "no longer knows the session (HTTP " + status + ")",
                status,
                true);
    }

    /// A limit as people write it: `700 ms`, `2 min` stays `120 s`.
    static String words(Duration time) {
        return time.toMillis() < 10_000 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }

    McpUpstreamException.Kind kind() {
        return kind;
    }

    /// The HTTP status, 0 where there was none.
    int status() {
        return status;
    }

    /// The session ended before the message left.
    static TransportFailure notSent(String message) {
        return new TransportFailure(McpUpstreamException.Kind.CLOSED, message, 0, true);
    }

    /// Whether the server surely did not process the message, so that a new session may repeat it.
    boolean repeatable() {
        return repeatable;
    }

    /// With the server's name, for whoever called.
    McpUpstreamException of(String server) {
        return new McpUpstreamException(server, kind, String.valueOf(getMessage()), this);
    }

    /// Any failure as one of ours.
    static TransportFailure of(Throwable failure) {
        return failure instanceof TransportFailure known
                ? known
                : new TransportFailure(
                        McpUpstreamException.Kind.PROTOCOL, "failed: " + failure, failure);
    }
}
