package dev.spangate.linking;

/// Why the latest executions were linked, or not.
final class Explanations {
    void settled(Scope scope, Execution execution) {}
}
