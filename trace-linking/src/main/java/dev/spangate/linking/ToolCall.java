package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// A tool call that a model asked for, as it was SENT to the caller (rule L9).
///
/// @param id the dialect's call id, if it has one
/// @param name the model-side name, namespace included where the dialect has one
/// @param arguments JSON text of the arguments
/// @param byProvider executed by the provider itself, inside the answer
public record ToolCall(@Nullable String id, String name, String arguments, boolean byProvider) {
    public ToolCall(@Nullable String id, String name, String arguments) {
        this(id, name, arguments, false);
    }
}
