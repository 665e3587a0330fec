package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Draws the traces of a [ChainDocument] for a terminal.
final class ChainTree {
    private static final int NAME_WIDTH = 46;

    private final JsonNode trace;
    private final List<String> generations = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    private ChainTree(JsonNode trace) {
        this.trace = trace;
        for (var span : trace.path("spans")) {
            if (span.path("type").asString("").equals("generation")) {
                generations.add(span.path("spanId").asString(""));
            }
        }
    }

    /// One trace, ending with an empty line.
    static String of(JsonNode trace) {
        return new ChainTree(trace).draw();
    }

    private String draw() {
        out.append("trace ").append(trace.path("traceId").asString(""));
        out.append("  ").append(trace.path("name").asString(""));
        if (trace.path("sessionId").isString()) {
            out.append("  session ").append(trace.path("sessionId").asString());
        }
        out.append('\n');
        Set<String> ids = new HashSet<>();
        trace.path("spans").forEach(span -> ids.add(span.path("spanId").asString("")));
        var roots = new ArrayList<JsonNode>();
        for (var span : trace.path("spans")) {
            if (!ids.contains(span.path("parentSpanId").asString(""))) {
                roots.add(span);
            }
        }
        drawAll(roots, "");
        return out.append('\n').toString();
    }

    private void drawAll(List<JsonNode> spans, String indent) {
        for (int i = 0; i < spans.size(); i++) {
            boolean last = i == spans.size() - 1;
            draw(spans.get(i), indent + (last ? "└─ " : "├─ "), indent + (last ? "   " : "│  "));
        }
    }

    private void draw(JsonNode span, String head, String indent) {
        var name = head + span.path("name").asString("");
        double millis = (span.path("endNanos").asLong() - span.path("startNanos").asLong()) / 1e6;
        out.append(name)
                .append(" ".repeat(Math.max(1, NAME_WIDTH - name.length())))
                .append(String.format(Locale.ROOT, "%9.1f ms", millis));
        facts(span).forEach(fact -> out.append("  ").append(fact));
        out.append('\n');
        var children = new ArrayList<JsonNode>();
        for (var other : trace.path("spans")) {
            if (other.path("parentSpanId").asString("").equals(span.path("spanId").asString())) {
                children.add(other);
            }
        }
        drawAll(children, indent);
    }

    private List<String> facts(JsonNode span) {
        var facts = new ArrayList<String>();
        var attributes = span.path("attributes");
        if (attributes.has("gen_ai.usage.input_tokens")) {
            facts.add(
                    attributes.path("gen_ai.usage.input_tokens").asString("?")
                            + " → "
                            + attributes.path("gen_ai.usage.output_tokens").asString("?")
                            + " tokens");
        }
        if (span.has("link")) {
            facts.add(link(span));
        }
        if (span.path("status").asString("").equals("error")) {
            facts.add("failed: " + span.path("statusMessage").asString(""));
        }
        return facts;
    }

    private String link(JsonNode span) {
        var link = span.path("link");
        if (!link.path("requestedBy").isString()) {
            return "not linked";
        }
        int nth = generations.indexOf(link.path("requestedBy").asString()) + 1;
        var observed = span.path("attributes").path("spangate.tool.observed").asString("");
        return (nth == 0 ? "asked for in another trace" : "asked for by answer " + nth)
                + " ("
                + link.path("method").asString("")
                + ", "
                + link.path("confidence").asString("")
                + (observed.isEmpty() ? "" : ", " + observed)
                + ")";
    }
}
