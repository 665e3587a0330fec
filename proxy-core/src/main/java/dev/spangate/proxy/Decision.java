package dev.spangate.proxy;

/// A policy's verdict.
public sealed interface Decision {
    record Allow() implements Decision {}

    /// @param status HTTP status that fits (401, 403, 429)
    /// @param rule low-cardinality name of the rule, `error.type` of the span
    /// @param message for the client: names the field or limit and the way out, no secrets
    record Deny(int status, String rule, String message) implements Decision {}
}
