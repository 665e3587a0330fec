package dev.spangate.proxy;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import java.util.List;
import java.util.Map;

/// An authenticated client: what it may do and how its traces look.
///
/// @param name the configured name, `anonymous` where no callers are configured
/// @param linkScope nothing is linked beyond it; the name unless configured (linking.md, scope)
/// @param anonymous nobody authenticated: a client's own provider key may pass through (design §6)
/// @param traceMode what its own trace context does (rule J)
/// @param capture how much content its spans carry
/// @param tags Langfuse tags
/// @param attributes extra span attributes: a constant, `${header.NAME}` or `${caller}` in it
public record Caller(
        String name,
        String linkScope,
        boolean anonymous,
        TraceMode traceMode,
        Capture capture,
        List<String> tags,
        Map<String, String> attributes) {
    public Caller {
        tags = List.copyOf(tags);
        attributes = Map.copyOf(attributes);
    }

    /// Without extra attributes.
    public Caller(
            String name,
            String linkScope,
            boolean anonymous,
            TraceMode traceMode,
            Capture capture,
            List<String> tags) {
        this(name, linkScope, anonymous, traceMode, capture, tags, Map.of());
    }

    /// The same with these extra attributes.
    public Caller with(Map<String, String> extra) {
        return new Caller(name, linkScope, anonymous, traceMode, capture, tags, extra);
    }

    /// The caller of a listener without configured callers.
    public static Caller nobody() {
        return new Caller("anonymous", "anonymous", true, TraceMode.JOIN, Capture.FULL, List.of());
    }
}
