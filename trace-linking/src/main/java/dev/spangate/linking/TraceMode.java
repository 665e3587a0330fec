package dev.spangate.linking;

/// What a caller's own trace context does to the trace (rule J).
public enum TraceMode {
    /// The caller's trace id; our top span is a child of the caller's span and an app root.
    JOIN,
    /// As [#JOIN], without app root and trace-level attributes: the caller reports there itself.
    PARENT,
    /// A trace of our own with an OpenTelemetry link to the caller's span.
    LINK,
    /// The context is not used at all.
    IGNORE
}
