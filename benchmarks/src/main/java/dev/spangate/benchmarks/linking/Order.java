package dev.spangate.benchmarks.linking;

/// In which order a client executes the calls of one answer.
enum Order {
    SEQUENTIAL,
    PARALLEL,
    /// In parallel, arriving in any order.
    SHUFFLED,
    /// As soon as a call is complete, before the answer has ended.
    EARLY
}
