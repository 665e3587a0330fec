package dev.spangate.linking;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Decides which run an exchange belongs to and which tool call a tool execution answers.
///
/// Proxies call it on the request's own thread: `start` when the request has been read, then
/// exactly one end on the recording; closing it without one records a cancellation.
///
/// Guarantees:
/// 1. No method throws or blocks on I/O; a fault here never fails the exchange.
/// 2. The [SpanRef] of a recording is fixed at the start, so it can be propagated upstream.
/// 3. A link is final once released; what evidence cannot decide stays unlinked.
/// 4. Memory is bounded: runs and unanswered tool calls expire, and every expiry is counted.
public final class TraceLinker implements AutoCloseable {
    private final EpochClock clock;
    private final LinkingConfig config;
    private final RecordSink sink;

    private TraceLinker(LinkingConfig config, EpochClock clock, RecordSink sink) {
        this.config = config;
        this.clock = clock;
        this.sink = sink;
    }

    /// A linker that hands its records to `sink`.
    public static TraceLinker create(LinkingConfig config, EpochClock clock, RecordSink sink) {
        return new TraceLinker(config, clock, sink);
    }

    /// An inference whose request has been read; its run is decided here (rules R1 to R4).
    public InferenceRecording start(InferenceStart start) {
        return new InferenceRecording(this, start, newTrace());
    }

    /// A tool execution whose request has been read.
    public ToolRecording start(ToolStart start) {
        return new ToolRecording(this, start, newTrace());
    }

    /// Any other operation worth a span.
    public OperationRecording start(OperationStart start) {
        return new OperationRecording(this, start, newTrace(), null);
    }

    /// Says which tools an endpoint shows, whenever that changes (rule L2).
    public void expose(String endpoint, Collection<ExposedTool> tools) {}

    /// Takes up what an earlier process stored: the last checkpoint and what follows it.
    public void resume(Iterable<JournalRecord> stored) {}

    /// The linker's live state, for the head of a journal segment.
    public JournalRecord.Checkpoint checkpoint() {
        return new JournalRecord.Checkpoint("{}");
    }

    /// Settles what time alone settles (holds, idle runs); called about four times a second.
    public void tick() {}

    /// The configuration it was created with.
    public LinkingConfig config() {
        return config;
    }

    /// Epoch nanoseconds of the linker's clock.
    public long now() {
        return clock.now();
    }

    /// Ends no run: what is open stays in the journal and is resumed (rule R5).
    @Override
    public void close() {}

    SpanRef newTrace() {
        return new SpanRef(hex() + hex(), hex());
    }

    String hex() {
        long value;
        do {
            value = ThreadLocalRandom.current().nextLong();
        } while (value == 0);
        return String.format("%016x", value);
    }

    void release(JournalRecord.Draft draft, SpanRef place, @Nullable String parent, Origin origin) {
        var run =
                new JournalRecord.RunAttributes(
                        place.traceId(),
                        origin.agentName(),
                        origin.session(),
                        origin.user(),
                        origin.tags(),
                        origin.environment(),
                        origin.caller(),
                        true);
        sink.write(
                new JournalRecord.Release(
                        draft.spanId(),
                        place.traceId(),
                        parent,
                        false,
                        false,
                        run,
                        List.of(),
                        Map.of(),
                        draft,
                        null,
                        null));
    }
}
