package dev.spangate.testing;

/// One test as Surefire reported it.
///
/// @param className the outermost class
/// @param name the test's name
/// @param message first line of why it failed or was skipped; empty where it passed
record TestCase(String className, String name, Status status, double seconds, String message) {
    enum Status {
        PASSED,
        FAILED,
        SKIPPED
    }
}
