package dev.spangate.linking;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of an inference when its request has been read.
///
/// @param origin who asks
/// @param operation `gen_ai.operation.name`: chat, embeddings, text_completion, ..
/// @param provider `gen_ai.provider.name`
/// @param model the requested model; empty when unknown
/// @param messages the conversation the request carries
/// @param previousResponseId `previous_response_id` of the Responses API
/// @param retry a retry header says so (`x-stainless-retry-count` > 0)
/// @param body digest of the request's bytes
/// @param input the OpenAI-shaped input for people, JSON text (`{"messages":[..],"tools":[..]}`)
/// @param attributes further span attributes: String, Long, Double, Boolean, List of String
public record InferenceStart(
        Origin origin,
        String operation,
        String provider,
        String model,
        List<Message> messages,
        @Nullable String previousResponseId,
        boolean retry,
        String body,
        @Nullable String input,
        Map<String, Object> attributes) {
    public InferenceStart {
        messages = List.copyOf(messages);
        attributes = Map.copyOf(attributes);
    }
}
