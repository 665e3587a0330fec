package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The gateway's own recent chains (`/api/chains`): what it has recorded.
record GatewayChains(AdminCall admin) implements ReadBack {
    private static final String AGENT = "spangate-verify";

    /// The trace of the run with this marker: by its session; where none is recorded (`capture:
    /// none`), the newest run of ours.
    Optional<String> trace(String marker) {
        var traces = admin.get("/api/chains?limit=50").path("traces");
        String newest = null;
        for (var trace : traces) {
            var session = trace.path("sessionId").asString("");
            if (session.equals(marker)) {
                return Optional.of(trace.path("traceId").asString(""));
            }
            boolean ours = trace.path("name").asString("").equals(AGENT) && session.isEmpty();
            if (newest == null && ours && hasRun(trace)) {
                newest = trace.path("traceId").asString("");
            }
        }
        return Optional.ofNullable(newest);
    }

    /// What precedes a run (`initialize`, lists) has traces of its own.
    private static boolean hasRun(JsonNode trace) {
        for (var span : trace.path("spans")) {
            if (span.path("type").asString("").equals("agent")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String place() {
        return "recorded by the gateway";
    }

    @Override
    public List<SeenSpan> spans(String traceId) {
        var seen = new ArrayList<SeenSpan>();
        for (var trace : admin.get("/api/chains?limit=50").path("traces")) {
            if (trace.path("traceId").asString("").equals(traceId)) {
                trace.path("spans").forEach(span -> seen.add(span(span)));
            }
        }
        return seen;
    }

    @Override
    public String fix() {
        return "the gateway itself has not recorded it so: ./spangate chains shows the run, its log tells of faults";
    }

    private static SeenSpan span(JsonNode span) {
        var attributes = span.path("attributes");
        return SeenSpan.of(
                span.path("spanId").asString(""),
                span.path("parentSpanId").asString(""),
                span.path("name").asString(""),
                key -> attributes.has(key) ? attributes.path(key).asString("") : null);
    }
}
