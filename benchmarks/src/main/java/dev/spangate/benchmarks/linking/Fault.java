package dev.spangate.benchmarks.linking;

/// What may go wrong or otherwise; a [Traffic] gives each a rate (per call, answer, run or agent).
enum Fault {
    /// A call goes to a local tool.
    LOCAL,
    /// A call of a served tool is answered by the agent itself (a cache, another gateway).
    ANSWERED_ELSEWHERE,
    /// The user refuses a call.
    REFUSED,
    /// A tool fails.
    TOOL_ERROR,
    /// A failed execution is tried again.
    TOOL_RETRY,
    /// The client leaves in the middle of an execution.
    CANCELLED,
    /// The client leaves in the middle of an answer.
    BROKEN_ANSWER,
    /// After a broken answer the client asks again (else it is gone).
    ASKED_AGAIN,
    /// The agent never comes back with the results.
    NEVER_BACK,
    /// A call is never executed though the agent goes on.
    SKIPPED,
    /// The recording of an execution ends only after its result was echoed.
    LATE_END,
    /// An execution or a thought takes minutes.
    SLOW,
    /// The user goes away for minutes before the next run.
    BREAK,
    /// The gateway is killed (expected times per world).
    KILL,
    /// The system's clock is set (expected times per world).
    CLOCK_STEP,
    /// An execution carries a call id that is not its own.
    FOREIGN_ID,
    /// A call starts a sub-agent.
    SUB_AGENT,
    /// An agent's LLM leg goes past the gateway.
    BYPASS,
    /// A result cannot be delivered; the client tries again.
    UNDELIVERED,
    /// A call reaches the client in a piece that the gateway cannot read.
    UNREAD,
    /// A call is executed by the provider, inside the answer.
    BY_PROVIDER,
    /// An answer stops with `pause_turn` and is continued.
    PAUSED,
    /// The user has a final answer made anew.
    REGENERATED,
    /// Somebody with another key replays what he saw of the others (times per world).
    STRANGER,
    /// The store that replicas share answers nobody for a while (expected times per world).
    STORE_GONE,
    /// It takes half a second for everything.
    STORE_SLOW,
    /// It is emptied.
    STORE_FLUSHED,
    /// One replica cannot reach it for a while.
    STORE_CUT
}
