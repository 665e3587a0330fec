package dev.spangate.mcp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A server gave no answer to a request.
///
/// The message names the server and the cause and holds no secret: it reaches the client.
final class McpUpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why; `error.type` of the span in lower case with underscores.
    enum Kind {
        /// No connection, or the process does not start.
        CONNECT,
        /// A deadline passed.
        TIMEOUT,
        /// It went away in the middle: reset, process exit, stream without an answer.
        CLOSED,
        /// It refused us: 401 or 403.
        UNAUTHORIZED,
        /// Another HTTP status without a JSON-RPC body.
        HTTP_STATUS,
        /// It answered what is no MCP.
        PROTOCOL,
        /// More bytes than allowed.
        TOO_LARGE,
        /// The caller cancelled.
        CANCELLED,
        /// It failed a moment ago; the backoff is not over.
        UNAVAILABLE
    }

    private final String server;
    private final Kind kind;

    McpUpstreamException(String server, Kind kind, String message) {
        this(server, kind, message, null);
    }

    McpUpstreamException(String server, Kind kind, String message, @Nullable Throwable cause) {
        super("MCP server '" + server + "': " + message, cause);
        this.server = server;
        this.kind = kind;
    }

    String server() {
        return server;
    }

    Kind kind() {
        return kind;
    }

    /// Low-cardinality, for `error.type`.
    String errorType() {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
