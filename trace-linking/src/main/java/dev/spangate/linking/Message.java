package dev.spangate.linking;

import java.util.List;

/// One message of a conversation, dialect-free: what the hash chain of rule R2 covers.
///
/// @param role system, user, assistant or tool (`developer` reads as system)
/// @param texts text parts in order
/// @param calls tool calls (assistant)
/// @param results echoed tool results (tool, or user in Anthropic's shape)
/// @param other digest of everything else (images, audio, documents), empty if there is none
public record Message(
        Role role,
        List<String> texts,
        List<ToolCall> calls,
        List<ToolResult> results,
        String other) {
    /// Who speaks.
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT,
        TOOL
    }

    public Message {
        texts = List.copyOf(texts);
        calls = List.copyOf(calls);
        results = List.copyOf(results);
    }

    /// A message of text alone.
    public static Message text(Role role, String text) {
        return new Message(role, List.of(text), List.of(), List.of(), "");
    }

    /// The text parts joined by line breaks.
    public String text() {
        return String.join("\n", texts);
    }
}
