package dev.spangate.llm;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kinds of providers: where they are, how their key is sent, which endpoints they serve.
///
/// In the configuration a type is written in lower case with dashes (`openai-compatible`).
public enum ProviderType {
    OPENAI("openai", "https://api.openai.com/v1", KeyHeader.BEARER, Endpoint.Family.OPENAI),
    ANTHROPIC(
            "anthropic",
            "https://api.anthropic.com/v1",
            KeyHeader.X_API_KEY,
            Endpoint.Family.ANTHROPIC),
    XAI("x_ai", "https://api.x.ai/v1", KeyHeader.BEARER, Endpoint.Family.OPENAI),
    MISTRAL("mistral_ai", "https://api.mistral.ai/v1", KeyHeader.BEARER, Endpoint.Family.CHAT),
    GROQ("groq", "https://api.groq.com/openai/v1", KeyHeader.BEARER, Endpoint.Family.OPENAI),
    DEEPSEEK("deepseek", "https://api.deepseek.com/v1", KeyHeader.BEARER, Endpoint.Family.CHAT),
    TOGETHER("together_ai", "https://api.together.xyz/v1", KeyHeader.BEARER, Endpoint.Family.CHAT),
    OPENROUTER(
            "openrouter", "https://openrouter.ai/api/v1", KeyHeader.BEARER, Endpoint.Family.OPENAI),
    GEMINI(
            "gcp.gemini",
            "https://generativelanguage.googleapis.com",
            KeyHeader.X_GOOG_API_KEY,
            Endpoint.Family.GEMINI),
    /// `base-url` is the resource: `https://NAME.openai.azure.com`.
    AZURE("azure.ai.openai", null, KeyHeader.API_KEY, Endpoint.Family.OPENAI),
    /// Signed requests (`aws`), or a Bedrock API key as `api-key`; the region gives the host.
    BEDROCK("aws.bedrock", null, KeyHeader.BEARER, Endpoint.Family.BEDROCK),
    OLLAMA("ollama", "http://localhost:11434", KeyHeader.BEARER, Endpoint.Family.OLLAMA),
    VLLM("vllm", null, KeyHeader.BEARER, Endpoint.Family.OPENAI),
    /// Serves chat completions; what it has beside them passes on its own path.
    OPENAI_COMPATIBLE(null, null, KeyHeader.BEARER, Endpoint.Family.CHAT);

    private final @Nullable String providerName;
    private final @Nullable String baseUrl;
    private final KeyHeader keyHeader;
    private final Endpoint.Family family;

    ProviderType(
            @Nullable String providerName,
            @Nullable String baseUrl,
            KeyHeader keyHeader,
            Endpoint.Family family) {
        this.providerName = providerName;
        this.baseUrl = baseUrl;
        this.keyHeader = keyHeader;
        this.family = family;
    }

    /// As the configuration writes it.
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The type of which a provider's name speaks for itself (`openai:` needs no `type`).
    static Optional<ProviderType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.key().equals(name)).findFirst();
    }

    /// `gen_ai.provider.name`; the configured name where the type says nothing.
    String providerName(String configured) {
        return providerName == null ? configured : providerName;
    }

    Optional<String> baseUrl() {
        return Optional.ofNullable(baseUrl);
    }

    /// Where AWS serves a region.
    String regionalUrl(String region) {
        return "https://bedrock-runtime." + region + ".amazonaws.com";
    }

    KeyHeader keyHeader() {
        return keyHeader;
    }

    /// Google's OpenAI-shaped endpoints take the key as OpenAI's do.
    KeyHeader keyHeader(Endpoint endpoint) {
        return this == GEMINI && endpoint.versioned() ? KeyHeader.BEARER : keyHeader;
    }

    /// It answers nobody without a key.
    boolean needsKey() {
        return this == AZURE || this == BEDROCK || (baseUrl != null && this != OLLAMA);
    }

    /// What it speaks of itself, without translation.
    boolean serves(Endpoint endpoint) {
        return family.has(endpoint);
    }

    /// New models of theirs refuse `max_tokens`.
    boolean takesMaxCompletionTokens() {
        return this == OPENAI || this == AZURE;
    }

    /// Streams say their usage only when asked (`stream_options.include_usage`).
    boolean asksForUsage() {
        return keyHeader == KeyHeader.BEARER && this != MISTRAL;
    }

    /// Where a provider's key goes.
    enum KeyHeader {
        BEARER("Authorization", "Bearer "),
        X_API_KEY("x-api-key", ""),
        API_KEY("api-key", ""),
        X_GOOG_API_KEY("x-goog-api-key", "");

        private final String header;
        private final String prefix;

        KeyHeader(String header, String prefix) {
            this.header = header;
            this.prefix = prefix;
        }

        String header() {
            return header;
        }

        String value(String key) {
            return prefix + key;
        }
    }
}
