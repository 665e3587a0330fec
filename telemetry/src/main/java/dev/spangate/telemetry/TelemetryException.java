package dev.spangate.telemetry;

import org.jspecify.annotations.Nullable;

/// Telemetry cannot start as configured: the message names the setting and the fix. Never thrown
/// once it runs.
public final class TelemetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TelemetryException(String message) {
        this(message, null);
    }

    TelemetryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
