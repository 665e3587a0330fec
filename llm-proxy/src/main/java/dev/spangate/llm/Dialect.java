package dev.spangate.llm;

import dev.spangate.llm.FrameReader.Framing;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// An LLM wire format: how its requests, answers and errors are read and written.
///
/// Implementations are stateless; what is read of one answer lives in its [AnswerReader].
sealed interface Dialect
        permits AnthropicMessages,
                BedrockConverse,
                Gemini,
                OllamaChat,
                OllamaEmbed,
                OpenAiChat,
                OpenAiCompletions,
                OpenAiEmbeddings,
                OpenAiResponses {
    /// `gen_ai.operation.name`.
    String operation();

    /// Reads a request; never fails, whatever the shape of the object.
    ///
    /// @param path the request's path, where some dialects name the model
    /// @param content also build the input for people
    RequestFacts read(String path, JsonNode body, boolean content);

    /// A reader for one answer, which it adds to `answer`.
    AnswerReader reader(Answer answer);

    /// An error body as this dialect's clients expect it.
    byte[] error(int status, String type, String message);

    /// How an answer is cut.
    ///
    /// @param first its first byte that is no space, 0 if there is none
    default Framing framing(String contentType, char first) {
        return Framing.of(contentType, first);
    }

    /// The dialect of an endpoint's requests; empty where nobody reads them.
    static Optional<Dialect> of(Endpoint endpoint) {
        return switch (endpoint) {
            case CHAT -> Optional.of(new OpenAiChat());
            case MESSAGES -> Optional.of(new AnthropicMessages());
            case RESPONSES -> Optional.of(new OpenAiResponses());
            case COMPLETIONS -> Optional.of(new OpenAiCompletions());
            case EMBEDDINGS -> Optional.of(new OpenAiEmbeddings());
            case GENERATE_CONTENT -> Optional.of(new Gemini(false));
            case EMBED_CONTENT -> Optional.of(new Gemini(true));
            case CONVERSE -> Optional.of(new BedrockConverse());
            case OLLAMA_CHAT, OLLAMA_GENERATE -> Optional.of(new OllamaChat());
            case OLLAMA_EMBED -> Optional.of(new OllamaEmbed());
            case OTHER -> Optional.empty();
        };
    }
}
