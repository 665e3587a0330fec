package dev.spangate.llm;

import java.util.List;

/// What a path below a provider or below `/v1` asks for.
enum Endpoint {
    CHAT("/chat/completions"),
    RESPONSES("/responses"),
    MESSAGES("/messages"),
    COMPLETIONS("/completions"),
    EMBEDDINGS("/embeddings"),
    GENERATE_CONTENT(":generateContent", ":streamGenerateContent"),
    EMBED_CONTENT(":embedContent", ":batchEmbedContents"),
    CONVERSE("/converse", "/converse-stream"),
    OLLAMA_CHAT("/api/chat"),
    OLLAMA_GENERATE("/api/generate"),
    OLLAMA_EMBED("/api/embed", "/api/embeddings"),
    /// Anything else: relayed, and traced as a plain HTTP call.
    OTHER("");

    /// In the order in which they are compared: the longer ending first.
    private static final List<Endpoint> BY_PATH =
            List.of(
                    OLLAMA_CHAT,
                    OLLAMA_GENERATE,
                    OLLAMA_EMBED,
                    CHAT,
                    RESPONSES,
                    MESSAGES,
                    COMPLETIONS,
                    EMBEDDINGS,
                    GENERATE_CONTENT,
                    EMBED_CONTENT,
                    CONVERSE);

    private final String ending;
    private final String otherEnding;

    Endpoint(String ending) {
        this(ending, ending);
    }

    Endpoint(String ending, String otherEnding) {
        this.ending = ending;
        this.otherEnding = otherEnding;
    }

    /// The endpoint that a method and a path ask for; paths are compared by their end, so that
    /// versions, deployments and prefixes do not matter.
    static Endpoint of(String method, String path) {
        if (!method.equals("POST") || path.contains("/threads/")) {
            return OTHER;
        }
        for (var endpoint : BY_PATH) {
            if (path.endsWith(endpoint.ending) || path.endsWith(endpoint.otherEnding)) {
                return endpoint;
            }
        }
        return OTHER;
    }

    /// The path below a version segment.
    String suffix() {
        return ending;
    }

    /// Its path stands below a version segment.
    boolean versioned() {
        return switch (this) {
            case CHAT, RESPONSES, MESSAGES, COMPLETIONS, EMBEDDINGS -> true;
            default -> false;
        };
    }

    /// Endpoints that come together.
    enum Family {
        OPENAI,
        /// Without the Responses API.
        CHAT,
        ANTHROPIC,
        /// Google's own, and its chat completions.
        GEMINI,
        BEDROCK,
        OLLAMA;

        boolean has(Endpoint endpoint) {
            return switch (endpoint) {
                case CHAT, EMBEDDINGS -> this != ANTHROPIC && this != BEDROCK;
                case COMPLETIONS -> this == OPENAI || this == CHAT || this == OLLAMA;
                case RESPONSES -> this == OPENAI;
                case MESSAGES -> this == ANTHROPIC;
                case GENERATE_CONTENT, EMBED_CONTENT -> this == GEMINI;
                case CONVERSE -> this == BEDROCK;
                case OLLAMA_CHAT, OLLAMA_GENERATE, OLLAMA_EMBED -> this == OLLAMA;
                case OTHER -> true;
            };
        }
    }
}
