package dev.spangate.linking;

/// How a recorded exchange ended.
public sealed interface Outcome {
    /// It ended as its protocol says.
    record Completed() implements Outcome {}

    /// It failed: `errorType` is low-cardinality (`error.type`), `message` for people, no secrets.
    record Failed(String errorType, String message) implements Outcome {}

    /// A policy refused it.
    record Refused(String errorType, String message) implements Outcome {}

    /// The client left before the end (rule T5).
    record Cancelled() implements Outcome {}
}
