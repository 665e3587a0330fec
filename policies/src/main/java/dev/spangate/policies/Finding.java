package dev.spangate.policies;

/// Something that a detector found. It never holds the text itself.
///
/// @param kind low-cardinality name: `email`, `credit-card`, `openai-key`, `injection`
/// @param rule the id of the rule that found it
/// @param start first character
/// @param end character after the last
public record Finding(String kind, String rule, int start, int end) {}
