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

    private static final int MOST_CALLS = 4;

    private final JsonNode trace;
    private final Terminal terminal;
    private final List<String> generations = new ArrayList<>();
    private final StringBuilder out = new StringBuilder();

    private ChainTree(JsonNode trace, Terminal terminal) {
        this.trace = trace;
        this.terminal = terminal;
        for (var span : trace.path("spans")) {
            if (span.path("type").asString("").equals("generation")) {
                generations.add(span.path("spanId").asString(""));
            }
        }
    }

    /// One trace, ending with an empty line.
    static String of(JsonNode trace, Terminal terminal) {
        return new ChainTree(trace, terminal).draw();
    }

    private String draw() {
        out.append("trace ").append(told(trace, "traceId"));
        out.append("  ").append(terminal.bold(told(trace, "name")));
        if (trace.path("sessionId").isString()) {
            out.append("  session ").append(told(trace, "sessionId"));
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
        var name = head + told(span, "name");
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
        mayBe(span, indent);
        drawAll(children, indent);
    }

    /// What an unlinked execution may have answered, and where more is told.
    private void mayBe(JsonNode span, String indent) {
        var link = span.path("link");
        if (link.isMissingNode() || link.path("requestedBy").isString()) {
            return;
        }
        var calls = new ArrayList<String>();
        for (var call : link.path("mayBe")) {
            if (calls.size() < MOST_CALLS) {
                var key = call.path("toolCallId").isString() ? "toolCallId" : "name";
                calls.add(told(call, key) + answer(call.path("requestedBy").asString("")));
            }
        }
        if (!calls.isEmpty()) {
            out.append(indent)
                    .append("     looked at: ")
                    .append(String.join(", ", calls))
                    .append(link.path("mayBe").size() > calls.size() ? ", …" : "")
                    .append('\n');
        }
        out.append(indent)
                .append("     why: ./spangate why ")
                .append(told(span, "spanId"))
                .append('\n');
    }

    private String answer(String spanId) {
        int nth = generations.indexOf(spanId) + 1;
        return nth == 0 ? "" : " of answer " + nth;
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
            facts.add(terminal.bad("failed: " + told(span, "statusMessage")));
        }
        return facts;
    }

    private String link(JsonNode span) {
        var link = span.path("link");
        if (!link.path("requestedBy").isString()) {
            return terminal.bad("not linked") + whyNot(link);
        }
        int nth = generations.indexOf(link.path("requestedBy").asString()) + 1;
        var observed = span.path("attributes").path("spangate.tool.observed").asString("");
        boolean certain = link.path("confidence").asString("").equals("certain");
        var told =
                (nth == 0 ? "asked for in another trace" : "asked for by answer " + nth)
                        + " ("
                        + link.path("method").asString("")
                        + ", "
                        + link.path("confidence").asString("")
                        + (observed.isEmpty() ? "" : ", " + observed)
                        + ")";
        return certain ? terminal.good(told) : terminal.doubtful(told);
    }

    private static String whyNot(JsonNode link) {
        var reason = link.path("reason").isString() ? ": " + told(link, "reason") : "";
        long candidates = link.path("candidates").asLong(0);
        return reason
                + (candidates == 0
                        ? ""
                        : " (" + candidates + (candidates == 1 ? " candidate)" : " candidates)"));
    }

    private static String told(JsonNode node, String key) {
        return Terminal.plain(node.path(key).asString(""));
    }
}
