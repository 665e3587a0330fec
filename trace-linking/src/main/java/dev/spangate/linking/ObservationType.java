package dev.spangate.linking;

/// Langfuse's observation types that Spangate uses, and `ATTEMPT`, which Langfuse never sees.
public enum ObservationType {
    AGENT,
    GENERATION,
    EMBEDDING,
    TOOL,
    GUARDRAIL,
    SPAN,
    ATTEMPT
}
