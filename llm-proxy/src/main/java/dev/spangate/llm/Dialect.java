package dev.spangate.llm;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// An LLM wire format: how its requests, answers and errors are read and written.
///
/// Implementations are stateless; what is read of one answer lives in its [AnswerReader].
sealed interface Dialect permits AnthropicMessages, OpenAiChat, OpenAiResponses {
    /// `gen_ai.operation.name`.
    String operation();

    /// Reads a request; never fails, whatever the shape of the object.
    ///
    /// @param content also build the input for people
    RequestFacts read(JsonNode body, boolean content);

    /// A reader for one answer, which it adds to `answer`.
    AnswerReader reader(Answer answer);

    /// An error body as this dialect's clients expect it.
    byte[] error(int status, String type, String message);

    /// The dialect of an endpoint's requests; empty where nobody reads them.
    static Optional<Dialect> of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT -> Optional.of(new OpenAiChat());
            case MESSAGES -> Optional.of(new AnthropicMessages());
            case RESPONSES -> Optional.of(new OpenAiResponses());
            case COMPLETIONS, EMBEDDINGS, OTHER -> Optional.empty();
        };
    }
}
