package dev.spangate.mcp;

import dev.spangate.linking.Origin;
import dev.spangate.linking.SpanRef;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Makes a server's spans children of ours: the context goes into `_meta` and into the HTTP header
/// (linking.md L7; SEP-414).
final class Propagation {
    private Propagation() {}

    /// Replaces the context in `params._meta`; every other key stays.
    ///
    /// @return the HTTP headers that say the same
    static Map<String, String> inject(ObjectNode params, SpanRef span, Origin origin) {
        var meta = Json.child(params, "_meta");
        if (meta == null) {
            meta = params.putObject("_meta");
        }
        var traceparent = span.traceparent();
        meta.put("traceparent", traceparent);
        var theirs = origin.context();
        if (theirs != null
                && theirs.traceId().equals(span.traceId())
                && !theirs.traceState().isEmpty()) {
            meta.put("tracestate", theirs.traceState());
            return Map.of("traceparent", traceparent, "tracestate", theirs.traceState());
        }
        meta.remove("tracestate");
        return Map.of("traceparent", traceparent);
    }
}
