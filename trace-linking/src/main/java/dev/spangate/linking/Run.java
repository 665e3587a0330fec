package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One agent turn (rules R, T1). State of one link scope, guarded by its lock; a stub once ended.
final class Run {
    final String id;
    final Conversation conversation;
    final Place place;
    final String topSpanId;
    final String agentName;
    final JournalRecord.RunAttributes attributes;

    /// It took up a late result of an ended run under a second top span (rule R5).
    boolean takesUp;

    /// What its top span goes below, then.
    @Nullable String above;

    /// The tool call that this sub-agent works for (rule R4).
    @Nullable Call parentCall;

    /// Threads with calls that wait for results.
    final List<RunThread> threads = new ArrayList<>(1);

    /// Drafts that wait for rule T1.
    final List<HeldSpan> held = new ArrayList<>(1);

    /// Sub-agents that work for calls of this run (rule R4).
    List<Run> subAgents = List.of();

    /// How much content its top span tells: that of its first inference.
    Capture capture = Capture.FULL;

    @Nullable RunThread main;
    boolean topped;
    boolean ended;
    boolean topWaits;
    boolean lastFailed;
    int inferences;
    int inFlight;
    int openCalls;
    int openExecutions;
    long startNanos = Long.MAX_VALUE;
    long endNanos;
    long lastActivity;

    /// The replica that opened it, where several share a log.
    @Nullable String openedBy;

    @Nullable String firstSpanId;
    @Nullable String lastAnswerSpanId;

    Run(
            String id,
            Conversation conversation,
            Place place,
            String topSpanId,
            String agentName,
            JournalRecord.RunAttributes attributes) {
        this.id = id;
        this.conversation = conversation;
        this.place = place;
        this.topSpanId = topSpanId;
        this.agentName = agentName;
        this.attributes = attributes;
    }

    String traceId() {
        return place.traceId();
    }

    /// A span of this run took that time.
    void covers(long from, long to) {
        startNanos = Math.min(startNanos, from);
        endNanos = Math.max(endNanos, to);
    }
}
