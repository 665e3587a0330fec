package dev.spangate.mcp;

import java.time.Instant;

/// Something about a server's tool that an operator should look at.
///
/// @param server the server's registered name
/// @param tool the server's own name for the tool; text from the server
/// @param kind what is wrong
/// @param detail in words, without text from the server
/// @param since when it was first seen by this process
/// @param blocked the tool is neither shown nor callable because of it
public record ToolFinding(
        String server, String tool, Kind kind, String detail, Instant since, boolean blocked) {
    /// What is wrong with a tool.
    public enum Kind {
        /// Its definition is not the one that was pinned under this name.
        CHANGED,
        /// Its name is easily taken for another tool's, or holds characters that show nothing.
        LOOK_ALIKE
    }
}
