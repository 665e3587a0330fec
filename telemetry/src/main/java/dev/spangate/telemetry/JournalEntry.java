package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord;
import dev.spangate.telemetry.Frame.Kind;

/// A span's record and where it lies.
///
/// @param at position of its first byte
/// @param end position behind it
/// @param millis when it was written
/// @param content what was written
record JournalEntry(long at, long end, long millis, Kind kind, Place place, JournalRecord content) {
    int size() {
        return (int) (end - at);
    }

    static JournalEntry read(SegmentReader.Entry entry) {
        return new JournalEntry(
                entry.at(),
                entry.end(),
                entry.frame().millis(),
                entry.frame().kind(),
                Place.read(entry.payload().duplicate()),
                RecordCodec.read(entry.frame().kind(), entry.payload()));
    }
}
