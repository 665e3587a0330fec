package dev.spangate.linking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where something goes that no run of ours places (rule J).
///
/// @param traceId the trace
/// @param parent the caller's span, or null
/// @param appRoot the topmost span of ours is marked as app root
/// @param traceLevel false in mode `parent`
/// @param name `langfuse.trace.name`: a joined trace keeps its first
/// @param links to the caller's span where it is not the parent
record Place(
        String traceId,
        @Nullable String parent,
        boolean appRoot,
        boolean traceLevel,
        String name,
        List<JournalRecord.SpanLink> links) {}
