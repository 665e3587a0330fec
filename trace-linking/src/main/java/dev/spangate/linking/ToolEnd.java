package dev.spangate.linking;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is known of a tool execution when it has ended.
///
/// @param outcome how it ended; `isError` results are failed with `tool_error`
/// @param result JSON text of the MCP result as SENT to the caller
/// @param delivered the result was written to the client without an error
/// @param attributes further span attributes
public record ToolEnd(
        Outcome outcome,
        @Nullable String result,
        boolean delivered,
        Map<String, Object> attributes) {
    public ToolEnd {
        attributes = Map.copyOf(attributes);
    }
}
