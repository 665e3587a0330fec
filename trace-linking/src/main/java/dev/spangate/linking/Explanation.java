package dev.spangate.linking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why an execution was linked to a tool call, or why not.
///
/// @param spanId the execution's span; null for a tool call that nothing is known to have executed
/// @param tool the executed tool, else the call's name
/// @param state `linked`, `unlinked`, `waiting` (its link is not final yet) or `running`
/// @param method `spangate.link.method` (rule T4)
/// @param confidence `certain` or `probable`; null without a link
/// @param requestedBy span id of the inference that asked for it; null without a link
/// @param reason in one sentence, for people
/// @param candidateCount open calls of that tool at its start
/// @param candidates what is known of them, the linked one first; bounded
/// @param advice what the client could send to make it certain
public record Explanation(
        @Nullable String spanId,
        String tool,
        String state,
        String method,
        @Nullable String confidence,
        @Nullable String requestedBy,
        String reason,
        long candidateCount,
        List<Candidate> candidates,
        List<String> advice) {
    public Explanation {
        candidates = List.copyOf(candidates);
        advice = List.copyOf(advice);
    }

    /// A tool call that the execution may have answered.
    ///
    /// @param toolCallId its id, if it has one
    /// @param name the model-side name
    /// @param inferenceSpanId the answer that held it
    /// @param linked the execution was linked to it
    /// @param evidenceFor what speaks for it
    /// @param evidenceAgainst what speaks against it
    public record Candidate(
            @Nullable String toolCallId,
            String name,
            String inferenceSpanId,
            boolean linked,
            List<String> evidenceFor,
            List<String> evidenceAgainst) {
        public Candidate {
            evidenceFor = List.copyOf(evidenceFor);
            evidenceAgainst = List.copyOf(evidenceAgainst);
        }
    }
}
