package dev.spangate.linking;

import java.util.Map;

/// What a linker has done so far, and what it holds: a snapshot for metrics.
///
/// @param links links by `method/confidence` (`arguments/certain`)
/// @param unlinked executions released without a link
/// @param evicted open tool calls that the bounds pushed out (rule L11)
/// @param openCalls open tool calls now (rule R6)
/// @param liveRuns runs that have not ended
/// @param heldExecutions ended executions whose link is not final
/// @param joinFallbacks joins that became links (rule J1)
/// @param secondEnds second ends of a recording, ignored
/// @param faults faults of the linker or of its sink that were caught
/// @param unread inferences that were not read as far as they were sent (rule L5)
public record LinkerStats(
        Map<String, Long> links,
        long unlinked,
        long evicted,
        long openCalls,
        long liveRuns,
        long heldExecutions,
        long joinFallbacks,
        long secondEnds,
        long faults,
        long unread) {
    public LinkerStats {
        links = Map.copyOf(links);
    }
}
