package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A finished span that waits for its place, without its content.
///
/// @param spanId the draft
/// @param parent a parent that is certain already (attempts), else null: a sibling in its run
/// @param generation it may hold a top span's input or output, and becomes an app root itself where
///   nothing of ours is above it
/// @param links known at its end
/// @param attributes known at its end
record HeldSpan(
        String spanId,
        @Nullable String parent,
        boolean generation,
        List<JournalRecord.SpanLink> links,
        Map<String, Object> attributes) {
    static HeldSpan sibling(String spanId) {
        return new HeldSpan(spanId, null, false, List.of(), Map.of());
    }

    static HeldSpan below(String parent, String spanId) {
        return new HeldSpan(spanId, parent, false, List.of(), Map.of());
    }
}
