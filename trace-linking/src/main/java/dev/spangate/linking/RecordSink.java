package dev.spangate.linking;

/// Whoever stores what the linker produces (the journal; a list in tests).
///
/// Called on request threads and on the linker's own thread, possibly at the same time; must not
/// throw and must not block on a network.
@FunctionalInterface
public interface RecordSink {
    void write(JournalRecord entry);
}
