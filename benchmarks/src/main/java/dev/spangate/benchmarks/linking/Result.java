package dev.spangate.benchmarks.linking;

import java.util.List;
import java.util.stream.Collectors;

/// One result of a tool.
///
/// @param parts its text parts
/// @param structured JSON text of `structuredContent`; empty when absent
record Result(List<String> parts, String structured) {
    Result {
        parts = List.copyOf(parts);
    }

    static Result of(String text) {
        return new Result(List.of(text), "");
    }

    String text() {
        return String.join("\n", parts);
    }

    /// The content array as JSON text.
    String content() {
        return parts.stream()
                .map(part -> "{\"type\":\"text\",\"text\":" + quote(part) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    /// The whole MCP result as JSON text.
    String json(boolean error) {
        String more = structured.isEmpty() ? "" : ",\"structuredContent\":" + structured;
        return "{\"content\":" + content() + more + ",\"isError\":" + error + "}";
    }

    static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
