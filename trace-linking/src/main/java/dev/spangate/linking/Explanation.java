package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Why an execution was linked to a tool call, or why not (rule L10).
///
/// @param scope the link scope in which it was judged
/// @param caller the configured caller that executed; null for a call that nothing executed
/// @param spanId the execution's span; null for a tool call that nothing is known to have executed
/// @param traceId the trace that holds it
/// @param tool the executed tool, else the call's name
/// @param startNanos epoch nanoseconds at which it began, or the call was issued
/// @param state `linked`, `unlinked`, `waiting` (its link is not final yet) or `running`
/// @param method `spangate.link.method` (rule T4)
/// @param confidence `certain` or `probable`; null without a link
/// @param requestedBy span id of the inference that asked for it; null without a link
/// @param reason in one sentence, for people
/// @param sent what its request said about the call, by kind: call ids, session ids, trace id
/// @param candidateCount open calls of that tool at its start
/// @param candidates what is known of them, the linked one first; bounded
/// @param executions for a call that nothing is linked to: spans of unlinked executions of that
///   tool since it was issued; bounded
/// @param advice what the client or the operator could do to make it certain
public record Explanation(
        String scope,
        @Nullable String caller,
        @Nullable String spanId,
        String traceId,
        String tool,
        long startNanos,
        String state,
        String method,
        @Nullable String confidence,
        @Nullable String requestedBy,
        String reason,
        Map<String, String> sent,
        long candidateCount,
        List<Candidate> candidates,
        List<String> executions,
        List<String> advice) {
    public Explanation {
        candidates = List.copyOf(candidates);
        executions = List.copyOf(executions);
        advice = List.copyOf(advice);
    }

    /// A tool call that the execution may have answered.
    ///
    /// @param toolCallId its id, if it has one
    /// @param name the model-side name
    /// @param inferenceSpanId the answer that held it
    /// @param traceId that answer's trace
    /// @param issuedNanos epoch nanoseconds at which it may have left the gateway
    /// @param linked the execution was linked to it
    /// @param takenBy span of another execution that was linked to it
    /// @param evidenceFor what speaks for it
    /// @param evidenceAgainst what speaks against it
    public record Candidate(
            @Nullable String toolCallId,
            String name,
            String inferenceSpanId,
            String traceId,
            long issuedNanos,
            boolean linked,
            @Nullable String takenBy,
            List<String> evidenceFor,
            List<String> evidenceAgainst) {
        public Candidate {
            evidenceFor = List.copyOf(evidenceFor);
            evidenceAgainst = List.copyOf(evidenceAgainst);
        }
    }
}
