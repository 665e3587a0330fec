package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of an inference when its answer has ended.
///
/// @param outcome how it ended
/// @param complete the protocol said that the answer is complete (rule T5), whatever came after
/// @param paused it stopped with `pause_turn`: complete for the protocol, not for the run
/// @param responseModel the model that answered
/// @param responseId the provider's id of the answer
/// @param finishReasons as the provider spells them
/// @param usage tokens, if any were reported
/// @param cost by Langfuse cost key (`input`, `output`, `total`) in US dollars; empty if unknown
/// @param answer the assistant message as SENT to the caller; empty content for none
/// @param output the same for people: one OpenAI-shaped assistant message, JSON text
/// @param attributes further span attributes
public record InferenceEnd(
        Outcome outcome,
        boolean complete,
        boolean paused,
        @Nullable String responseModel,
        @Nullable String responseId,
        List<String> finishReasons,
        @Nullable Usage usage,
        Map<String, Double> cost,
        @Nullable Message answer,
        @Nullable String output,
        Map<String, Object> attributes) {
    public InferenceEnd {
        finishReasons = List.copyOf(finishReasons);
        cost = Map.copyOf(cost);
        attributes = Map.copyOf(attributes);
    }

    /// An end without an answer.
    public static InferenceEnd of(Outcome outcome) {
        return new InferenceEnd(
                outcome, false, false, null, null, List.of(), null, Map.of(), null, null, Map.of());
    }
}
