package dev.spangate.benchmarks.linking;

/// What a client does to the messages of earlier runs before it starts the next one.
enum HistoryStyle {
    FULL(true),
    /// Tool calls and results of earlier runs are left out, texts stay.
    NO_TOOLS(true),
    /// Earlier runs become one summary.
    COMPACTED(true),
    /// The first message is worded anew.
    FIRST_REWORDED(true),
    /// The oldest messages are dropped.
    TRIMMED(true),
    /// After a resume every result stands there twice.
    DOUBLED(true),
    /// In the middle of a run everything before the last exchange becomes a summary.
    COMPACTED_IN_RUN(false),
    /// Only what is new, with `previous_response_id`.
    RESPONSE_ID(true);

    private final boolean stableWithinRun;

    HistoryStyle(boolean stableWithinRun) {
        this.stableWithinRun = stableWithinRun;
    }

    /// Within a run each request begins with the messages of the one before.
    boolean stableWithinRun() {
        return stableWithinRun;
    }
}
