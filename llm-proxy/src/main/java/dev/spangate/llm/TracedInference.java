package dev.spangate.llm;

import dev.spangate.linking.Attempt;
import dev.spangate.linking.InferenceEnd;
import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.Outcome;
import dev.spangate.linking.ToolCall;
import dev.spangate.linking.ToolResult;
import dev.spangate.linking.TraceLinker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One inference's recording, seen from its relay: no fault of tracing reaches the relay, and the
/// first end counts.
final class TracedInference implements Answer.Listener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TracedInference.class.getName());

    private final Answer answer = new Answer(this);
    private final Map<String, Object> attributes = new HashMap<>();
    private final boolean stream;
    private final TraceLinker clock;
    private @Nullable InferenceRecording recording;
    private @Nullable Map<String, Object> attempt;
    private long attemptStart;
    private Cost cost = _ -> Map.of();
    private UnaryOperator<String> clean = UnaryOperator.identity();
    private long sentNanos = System.nanoTime();
    private boolean answered;
    private boolean ended;

    TracedInference(TraceLinker linker, InferenceStart start, boolean stream) {
        this.stream = stream;
        this.clock = linker;
        guard(() -> recording = linker.start(start));
    }

    /// How the cost of what was read is found; there is none before.
    @FunctionalInterface
    interface Cost {
        Map<String, Double> of(Answer answer);
    }

    /// How messages of the provider are freed of credentials that it may repeat.
    void cleanedBy(UnaryOperator<String> rule) {
        clean = rule;
    }

    void cost(Cost rule) {
        cost = rule;
    }

    /// What is read of the answer.
    Answer answer() {
        return answer;
    }

    /// Policy lets the request go (T2).
    void sent() {
        sentNanos = System.nanoTime();
        record(InferenceRecording::sent);
    }

    /// One upstream try begins; the one before must have ended.
    void attemptBegins(Map<String, Object> about) {
        attemptStart = clock.now();
        attempt = new HashMap<>(about);
        attributes.putAll(about);
    }

    /// What became known of the current try.
    void attemptAttribute(String key, Object value) {
        attributes.put(key, value);
        if (attempt != null) {
            attempt.put(key, value);
        }
    }

    /// The current try has ended.
    ///
    /// @param failure `error.type`, null if it succeeded
    void attemptEnds(@Nullable String failure) {
        var about = attempt;
        attempt = null;
        if (about != null) {
            var ended = new Attempt(attemptStart, clock.now(), failure, about);
            record(each -> each.attempt(ended));
        }
    }

    @Override
    public void firstToken() {
        if (stream) {
            double seconds = (System.nanoTime() - sentNanos) / 1e9;
            attributes.put("gen_ai.response.time_to_first_chunk", seconds);
            record(InferenceRecording::firstToken);
        }
    }

    @Override
    public void toolCall(ToolCall call) {
        record(each -> each.toolCall(call));
    }

    @Override
    public void toolResult(ToolResult result) {
        record(each -> each.toolResult(result));
    }

    @Override
    public void unread() {
        record(InferenceRecording::unread);
    }

    /// Something was written to the client; the first content counts.
    void written() {
        if (!answered && answer.hasContent()) {
            answered = true;
            record(InferenceRecording::answered);
        }
    }

    /// The answer is over as its protocol says, or its connection has ended.
    void end() {
        String failure = answer.errorType();
        if (failure != null) {
            end(new Outcome.Failed(failure, clean.apply(answer.errorMessage())));
        } else if (answer.isComplete() || answer.isDeferred() || answer.unread() != null) {
            end(new Outcome.Completed());
        } else {
            end(
                    new Outcome.Failed(
                            "incomplete_answer",
                            "the upstream ended its answer without saying that it is complete"));
        }
    }

    /// The client left; an answer that was complete before stays complete (T5).
    void clientGone() {
        end(answer.isComplete() ? new Outcome.Completed() : new Outcome.Cancelled());
    }

    boolean ended() {
        return ended;
    }

    void end(Outcome outcome) {
        if (ended) {
            return;
        }
        ended = true;
        attemptEnds(outcome instanceof Outcome.Failed(var type, _) ? type : null);
        record(each -> each.end(endOf(outcome)));
    }

    private InferenceEnd endOf(Outcome outcome) {
        var all = new HashMap<>(attributes);
        all.putAll(answer.attributes());
        if (answer.unread() != null) {
            all.put("spangate.response.unread", answer.unread());
        }
        var reasons = new ArrayList<>(answer.finishReasons());
        if (reasons.isEmpty() && answer.hasContent() && outcome instanceof Outcome.Failed) {
            reasons.add("error");
        }
        // What is answered later goes on from here, as after a pause (R1).
        return new InferenceEnd(
                outcome,
                answer.isComplete() || answer.isDeferred(),
                answer.isPaused() || answer.isDeferred(),
                answer.model(),
                answer.id(),
                reasons,
                answer.usage(),
                cost.of(answer),
                answer.message(),
                answer.output(),
                all);
    }

    @Override
    public void close() {
        if (!ended) {
            clientGone();
        }
    }

    private void record(Consumer<InferenceRecording> step) {
        var known = recording;
        if (known != null) {
            guard(() -> step.accept(known));
        }
    }

    private static void guard(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(System.Logger.Level.WARNING, "tracing failed; the relay goes on", e);
        }
    }
}
