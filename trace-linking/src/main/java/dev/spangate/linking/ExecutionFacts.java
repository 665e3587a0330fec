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
record ExecutionFacts(
        long startNanos,
        long arguments,
        long plain,
        List<String> callIds,
        Map<String, String> ids,
        @Nullable String traceId,
        String exchange) {}
