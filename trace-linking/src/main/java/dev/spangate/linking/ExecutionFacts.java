package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an execution's request says about the call it answers.
///
/// @param startNanos when the request was read
/// @param arguments hash of the arguments, without the defaults that the tool's schema states
/// @param plain the same with those defaults
/// @param callIds ids under the configured keys of `params._meta`
/// @param ids session and thread ids by kind
/// @param traceId the caller's trace id, if its mode uses it
/// @param exchange names the MCP session, else the connection (rule L8); empty when unknown
/// @param late it got its place so late that calls of after its start may be among its candidates:
///   only a call id or a result links (rule S2)
record ExecutionFacts(
        long startNanos,
        long arguments,
        long plain,
        List<String> callIds,
        Map<String, String> ids,
        @Nullable String traceId,
        String exchange,
        boolean late) {
    /// The same, read at another time.
    ExecutionFacts at(long nanos, boolean placedLate) {
        return new ExecutionFacts(
                nanos, arguments, plain, callIds, ids, traceId, exchange, placedLate);
    }
}
