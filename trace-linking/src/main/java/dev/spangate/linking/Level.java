package dev.spangate.linking;

/// Langfuse's observation levels.
public enum Level {
    DEBUG,
    DEFAULT,
    WARNING,
    ERROR
}
