package dev.spangate.telemetry;

import dev.spangate.linking.JournalRecord.SpanLink;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A span as it is exported, for the admin API.
///
/// @param traceId 32 hex digits
/// @param spanId 16 hex digits
/// @param parentSpanId null for a root
/// @param remoteParent the parent is a caller's span
/// @param name span name
/// @param kind `CLIENT` or `INTERNAL`
/// @param startNanos epoch nanoseconds
/// @param endNanos epoch nanoseconds
/// @param status `UNSET` or `ERROR`
/// @param statusMessage for people; empty for none
/// @param attributes String, Long, Double, Boolean, List of String
/// @param links OpenTelemetry links
public record ExportedSpan(
        String traceId,
        String spanId,
        @Nullable String parentSpanId,
        boolean remoteParent,
        String name,
        String kind,
        long startNanos,
        long endNanos,
        String status,
        String statusMessage,
        Map<String, Object> attributes,
        List<SpanLink> links) {}
