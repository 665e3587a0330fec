package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;

/// A span with its final place and its content, ready to be encoded.
///
/// @param at position of its release
/// @param millis when the release was written
/// @param bytes what it takes in the journal, about what it takes on the wire
/// @param release its place
/// @param draft the span; top spans have the content they refer to
record Placed(long at, long millis, int bytes, Release release, Draft draft) {}
