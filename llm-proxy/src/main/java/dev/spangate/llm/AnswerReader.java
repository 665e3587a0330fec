package dev.spangate.llm;

import tools.jackson.databind.JsonNode;

/// Reads one answer as it passes by and adds what it finds to its [Answer]. For one thread.
interface AnswerReader {
    /// The frame may complete a tool call or the answer: read it before the client gets it (L6). A
    /// cheap look at the bytes that may say yes too often, never no too often.
    default boolean critical(Frame frame) {
        return false;
    }

    /// Reads one frame of a stream; some answers are never streamed.
    default void frame(Frame frame) {
        // Nothing of it is understood.
    }

    /// Reads a whole answer.
    void body(JsonNode body);
}
