package dev.spangate.linking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A tool result that a request echoes.
///
/// @param callId the id it answers, if the dialect has one
/// @param name the tool's name, where the dialect names it (Gemini)
/// @param texts the text parts in order; structured content as JSON text
/// @param error the client marked it as an error
public record ToolResult(
        @Nullable String callId, @Nullable String name, List<String> texts, boolean error) {
    public ToolResult {
        texts = List.copyOf(texts);
    }
}
