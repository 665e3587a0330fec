package dev.spangate.llm;

import org.jspecify.annotations.Nullable;

/// What a path below a provider or below `/v1` asks for.
enum Endpoint {
    CHAT("/chat/completions"),
    RESPONSES("/responses"),
    MESSAGES("/messages"),
    COMPLETIONS("/completions"),
    EMBEDDINGS("/embeddings"),
    /// Anything else: relayed, and traced as a plain HTTP call.
    OTHER(null);

    private final @Nullable String suffix;

    Endpoint(@Nullable String suffix) {
        this.suffix = suffix;
    }

    /// The endpoint that a method and a path ask for; paths are compared by their end, so that
    /// versions, deployments and prefixes do not matter.
    static Endpoint of(String method, String path) {
        if (!method.equals("POST") || path.contains("/threads/")) {
            return OTHER;
        }
        for (var endpoint : values()) {
            if (endpoint.suffix != null && path.endsWith(endpoint.suffix)) {
                return endpoint;
            }
        }
        return OTHER;
    }

    /// The path below a version segment.
    String suffix() {
        return suffix == null ? "" : suffix;
    }

    /// Endpoints that come together.
    enum Family {
        OPENAI,
        /// Without the Responses API.
        CHAT,
        ANTHROPIC;

        boolean has(Endpoint endpoint) {
            return switch (endpoint) {
                case CHAT, COMPLETIONS, EMBEDDINGS -> this != ANTHROPIC;
                case RESPONSES -> this == OPENAI;
                case MESSAGES -> this == ANTHROPIC;
                case OTHER -> true;
            };
        }
    }
}
