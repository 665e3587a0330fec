package dev.spangate.linking;

import java.util.Optional;
import java.util.regex.Pattern;

/// A W3C trace context that a caller sent: never an identity, never a sampling order (rule J3).
///
/// @param traceId 32 lower-case hex digits, not all zero
/// @param spanId 16 lower-case hex digits, not all zero
/// @param sampled the caller's flag, kept for information only
/// @param traceState the raw `tracestate`, empty when absent
public record TraceContext(String traceId, String spanId, boolean sampled, String traceState) {
    private static final Pattern TRACEPARENT =
            Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final int MAX_TRACE_STATE = 512;

    /// Reads a `traceparent` header or `_meta` value (W3C Trace Context §3.2); malformed is empty.
    public static Optional<TraceContext> parse(String traceparent, String traceState) {
        var match = TRACEPARENT.matcher(traceparent.strip());
        if (!match.matches()
                || match.group(1).equals("ff")
                || (match.group(1).equals("00") && match.group(5) != null)
                || match.group(2).chars().allMatch(c -> c == '0')
                || match.group(3).chars().allMatch(c -> c == '0')) {
            return Optional.empty();
        }
        boolean sampled = (Integer.parseInt(match.group(4), 16) & 1) == 1;
        String state = traceState.length() <= MAX_TRACE_STATE ? traceState : "";
        return Optional.of(new TraceContext(match.group(2), match.group(3), sampled, state));
    }
}
