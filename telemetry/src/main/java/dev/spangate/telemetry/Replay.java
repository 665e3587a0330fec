package dev.spangate.telemetry;

import org.jspecify.annotations.Nullable;

/// What a deliberate repetition did.
///
/// @param destination to whom
/// @param sent spans that were acknowledged once more
/// @param unreadable spans that the journal holds no more in full
/// @param error why it stopped early; null when it did not
public record Replay(String destination, long sent, long unreadable, @Nullable String error) {}
