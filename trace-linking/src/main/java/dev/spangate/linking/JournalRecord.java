package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the linker hands to whoever stores it; plain data that Jackson can write and read.
///
/// Order: a span's [Draft] is written when the span ends, before any hold; its [Release] when its
/// place is final (one write with it, in [Release#draft], where nothing is held). Every draft gets
/// exactly one [Release], or a [Withdrawn] if it turns out not to be a span at all. Content is in
/// drafts alone; everything else holds ids, keyed hashes and times.
public sealed interface JournalRecord {
    /// A finished span whose place may not be final yet.
    ///
    /// @param spanId 16 hex digits, fixed at the start
    /// @param type the Langfuse type
    /// @param name low-cardinality span name
    /// @param client CLIENT when true, else INTERNAL
    /// @param startNanos epoch nanoseconds
    /// @param endNanos epoch nanoseconds, never before the start
    /// @param level Langfuse level
    /// @param statusMessage for people; set with level ERROR or WARNING
    /// @param error OpenTelemetry status is ERROR
    /// @param completionStartNanos first token, epoch nanoseconds; 0 when unknown
    /// @param input JSON text or plain text
    /// @param output JSON text or plain text
    /// @param inputFrom span id of the inference draft that holds the input instead (top spans of
    ///   runs): the input is the `messages` of that draft's input
    /// @param outputFrom span id of the inference draft whose output is the output (top spans)
    /// @param usage tokens
    /// @param cost US dollars by Langfuse key
    /// @param attributes convention attributes: String, Long, Double, Boolean, List of String
    /// @param evidence the linker's own JSON text, opaque to everybody else
    record Draft(
            String spanId,
            ObservationType type,
            String name,
            boolean client,
            long startNanos,
            long endNanos,
            Level level,
            @Nullable String statusMessage,
            boolean error,
            long completionStartNanos,
            @Nullable String input,
            @Nullable String output,
            @Nullable String inputFrom,
            @Nullable String outputFrom,
            @Nullable Usage usage,
            Map<String, Double> cost,
            Map<String, Object> attributes,
            @Nullable String evidence)
            implements JournalRecord {
        Draft with(@Nullable String newEvidence) {
            return new Draft(
                    spanId,
                    type,
                    name,
                    client,
                    startNanos,
                    endNanos,
                    level,
                    statusMessage,
                    error,
                    completionStartNanos,
                    input,
                    output,
                    inputFrom,
                    outputFrom,
                    usage,
                    cost,
                    attributes,
                    newEvidence);
        }
    }

    /// The final place of a draft.
    ///
    /// @param spanId the draft's span id
    /// @param traceId 32 hex digits
    /// @param parentSpanId 16 hex digits; null for a root
    /// @param remoteParent the parent is a caller's span, which may never arrive
    /// @param appRoot `langfuse.internal.is_app_root`
    /// @param run the run's attributes, the same on all its spans (rule T3)
    /// @param links OpenTelemetry links
    /// @param attributes what became known after the end: link method, confidence, tool call id
    /// @param draft the draft itself where nothing was held
    /// @param keptFor span id of the top span that may later name this draft in [Draft#inputFrom]
    ///   (the first release with that value) or [Draft#outputFrom] (the latest): keep both until
    ///   that top span was sent; null where no top span will refer to it
    /// @param evidence the linker's own JSON text, opaque to everybody else
    record Release(
            String spanId,
            String traceId,
            @Nullable String parentSpanId,
            boolean remoteParent,
            boolean appRoot,
            RunAttributes run,
            List<SpanLink> links,
            Map<String, Object> attributes,
            @Nullable Draft draft,
            @Nullable String keptFor,
            @Nullable String evidence)
            implements JournalRecord {
        /// The same place with another draft, or none, and other evidence, or none.
        public Release with(@Nullable Draft newDraft, @Nullable String newEvidence) {
            return new Release(
                    spanId,
                    traceId,
                    parentSpanId,
                    remoteParent,
                    appRoot,
                    run,
                    links,
                    attributes,
                    newDraft,
                    keptFor,
                    newEvidence);
        }
    }

    /// A draft that will never be released: it is no span (an inferred local tool call that turned
    /// out to have been executed through us).
    record Withdrawn(String spanId) implements JournalRecord {}

    /// Rule T3: fixed when the run opens.
    ///
    /// @param runId names the run for sampling; the trace id where there is no run. Sub-agents and
    ///   what follows a late result carry the id of the run they belong to
    /// @param traceName `langfuse.trace.name`
    /// @param sessionId supplied, else our conversation id; null for spans outside conversations
    /// @param userId the end user or the caller
    /// @param tags `langfuse.trace.tags`
    /// @param environment `langfuse.environment`
    /// @param caller the caller's name
    /// @param traceLevel false in mode `parent`: no trace-level attributes
    record RunAttributes(
            String runId,
            String traceName,
            @Nullable String sessionId,
            @Nullable String userId,
            List<String> tags,
            @Nullable String environment,
            String caller,
            boolean traceLevel) {}

    /// One OpenTelemetry link.
    record SpanLink(String traceId, String spanId, Map<String, Object> attributes) {}

    /// Run opened or ended, call issued or closed: the linker's own JSON, enough to be resumed.
    ///
    /// @param kind `run-opened`, `run-ended` (after the release of the run's top span, if it has
    ///   one: no further span of the run is expected, though a held one may follow), or another
    ///   low-cardinality name that only the linker reads
    /// @param runId the run it concerns, or empty
    /// @param json opaque to everybody else
    record State(String kind, String runId, String json) implements JournalRecord {}

    /// The linker's whole live state, written first in each journal segment.
    record Checkpoint(String json) implements JournalRecord {}
}
