package dev.spangate.telemetry;

import org.jspecify.annotations.Nullable;

/// How one destination is doing.
///
/// @param name as configured
/// @param url where it sends to, without credentials
/// @param depth spans that are not acknowledged yet
/// @param ageMillis how long the oldest of them has been waiting
/// @param sent spans acknowledged since the start
/// @param failures requests that failed since the start
/// @param quarantined spans it refused since the start
/// @param unreadable spans that the journal could not give any more
/// @param lastError why a request failed last; null for never
/// @param lastErrorMillis when, epoch milliseconds; 0 for never
/// @param lastSuccessMillis when it last acknowledged, epoch milliseconds; 0 for never
public record DestinationStatus(
        String name,
        String url,
        long depth,
        long ageMillis,
        long sent,
        long failures,
        long quarantined,
        long unreadable,
        @Nullable String lastError,
        long lastErrorMillis,
        long lastSuccessMillis) {}
