package dev.spangate.telemetry;

/// A key or header value of a destination; shows itself nowhere but where [#value] is called.
///
/// @param value the credential itself: only for the header it belongs into
public record Credential(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
