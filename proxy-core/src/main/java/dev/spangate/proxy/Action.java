package dev.spangate.proxy;

/// What a caller is about to do; a [Policy] decides on it.
public sealed interface Action {
    /// An inference with a model of a provider.
    record Infer(String provider, String model) implements Action {}

    /// Finding anything of an MCP server: its prompts, resources, notifications, its own path. A
    /// server that may not be seen does not exist for the caller. Never counts.
    record SeeServer(String server) implements Action {}

    /// Finding a tool in a list; what may not be seen is unknown to a call, too. Never counts.
    record SeeTool(String server, String tool) implements Action {}

    /// A tool execution.
    record CallTool(String server, String tool) implements Action {}
}
