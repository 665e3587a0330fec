package dev.spangate.proxy;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An exchange with an upstream failed; [#kind] says how. The message names no credential.
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// @param message for people: what was tried, with host and port
    public UpstreamException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /// How it failed.
    public Kind kind() {
        return kind;
    }

    /// Ways to fail; [#errorType] is the low-cardinality `error.type` of spans and metrics.
    public enum Kind {
        /// No connection: refused, unknown host, unreachable. Nothing was sent.
        CONNECT("upstream_connect", 502),
        /// No connection in time. Nothing was sent.
        CONNECT_TIMEOUT("upstream_connect_timeout", 504),
        /// The TLS handshake failed. Nothing was sent.
        TLS("upstream_tls", 502),
        /// No response head in time.
        FIRST_BYTE_TIMEOUT("upstream_first_byte_timeout", 504),
        /// The body stood still for too long.
        IDLE_TIMEOUT("upstream_idle_timeout", 504),
        /// The exchange took too long as a whole.
        TOTAL_TIMEOUT("upstream_total_timeout", 504),
        /// The connection broke before the response was complete.
        RESET("upstream_reset", 502),
        /// What came is not HTTP.
        PROTOCOL("upstream_protocol", 502),
        /// The body is larger than its reader allows.
        TOO_LARGE("upstream_too_large", 502),
        /// The client left, so we left too.
        CLIENT_GONE("client_disconnected", 499),
        /// We are shutting down or the exchange was cancelled by its owner.
        CANCELLED("cancelled", 503);

        private final String errorType;
        private final int status;

        Kind(String errorType, int status) {
            this.errorType = errorType;
            this.status = status;
        }

        /// `error.type`.
        public String errorType() {
            return errorType;
        }

        /// The HTTP status that tells a client.
        public int status() {
            return status;
        }

        /// Nothing was sent, so another try cannot do anything twice.
        public boolean nothingSent() {
            return this == CONNECT || this == CONNECT_TIMEOUT || this == TLS;
        }
    }
}
