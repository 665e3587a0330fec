package dev.spangate.mcp;

/// The two ways of speaking MCP.
public enum Era {
    /// 2024-11-05 to 2025-11-25: `initialize`, sessions, requests from the server.
    LEGACY,
    /// 2026-07-28: stateless, `server/discover`, `_meta` on every request.
    MODERN
}
