package dev.spangate.linking;

import org.jspecify.annotations.Nullable;

/// A tool as an MCP endpoint shows it.
///
/// @param name the exposed name
/// @param server the upstream server's configured name
/// @param inputSchema JSON text of its `inputSchema`; its stated defaults do not matter when
///   arguments are compared (rule L3)
public record ExposedTool(String name, String server, @Nullable String inputSchema) {}
