package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One inference as the linker remembers it: hashes and times, no content. State of one link scope,
/// guarded by its lock.
final class Inference {
    final long seq;
    final String spanId;
    final Run run;
    final RunThread thread;
    final long readNanos;
    final Map<String, String> ids;
    final @Nullable String traceId;

    /// The inference whose answer this one goes on from.
    @Nullable Inference before;

    /// The newest inference that goes on from this one in the same thread.
    @Nullable Inference next;

    long endNanos;
    long inputWith;
    long inputWithout;
    long afterWith;
    long afterWithout;
    long textWith;
    long textWithout;
    long responseId;
    long body;

    /// How much content of it is told.
    Capture capture = Capture.FULL;

    /// Opened its run (rule R3).
    boolean first;

    boolean inFlight = true;
    boolean answered;
    boolean complete;
    boolean paused;

    /// Calls for the client, in issue order.
    List<Call> calls = List.of();

    /// Calls whose results this one brought.
    List<Call> brought = List.of();

    /// Neighbours of equal input, in the index of [Nodes].
    @Nullable Inference sameInput;

    @Nullable Inference newerSameInput;

    Inference(
            long seq,
            String spanId,
            RunThread thread,
            long readNanos,
            Map<String, String> ids,
            @Nullable String traceId) {
        this.seq = seq;
        this.spanId = spanId;
        this.run = thread.run;
        this.thread = thread;
        this.readNanos = readNanos;
        this.ids = ids;
        this.traceId = traceId;
    }

    void issue(Call call) {
        if (calls.isEmpty()) {
            calls = new ArrayList<>(2);
        }
        calls.add(call);
    }

    boolean brokenOff() {
        return !inFlight && !answered;
    }
}
