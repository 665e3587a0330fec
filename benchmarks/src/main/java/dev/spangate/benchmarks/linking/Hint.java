package dev.spangate.benchmarks.linking;

/// What a client says on its own that helps to correlate.
enum Hint {
    NONE,
    /// Claude Code: the call id in `_meta` of the execution, a session on the LLM leg only.
    CLAUDE_CODE,
    /// Codex: call id, session and thread on the MCP leg, session and thread on the LLM leg.
    CODEX,
    /// OpenCode: a session on the LLM leg only.
    LLM_SESSION,
    /// A session on both legs, no call id.
    SESSION,
    /// One trace id per run on both legs.
    TRACE,
    /// One trace id per run on the MCP leg alone (Python SDK).
    MCP_TRACE,
    /// One constant trace id from everybody on both legs.
    CONSTANT_TRACE;

    boolean callId() {
        return this == CLAUDE_CODE || this == CODEX;
    }
}
