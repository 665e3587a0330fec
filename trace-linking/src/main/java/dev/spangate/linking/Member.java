package dev.spangate.linking;

/// A replica as the others know it from the log.
final class Member {
    /// It has said that it has nothing to tell from before this position.
    volatile long seen;

    /// Log time of its last entry.
    volatile long lastNanos;

    /// Our own time when we read that.
    volatile long readNanos;
}
