package dev.spangate.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Draws chains as trees for a terminal.
final class ChainTree {
    private static final int NAME_WIDTH = 44;
    private static final String GREY = "90";
    private static final String GREEN = "32";
    private static final String RED = "31";
    private static final String BOLD = "1";

    private final boolean colours;
    private final StringBuilder out = new StringBuilder();

    private ChainTree(boolean colours) {
        this.colours = colours;
    }

    static String of(List<Chain> chains, boolean colours) {
        var tree = new ChainTree(colours);
        chains.forEach(tree::draw);
        return tree.out.toString();
    }

    private void draw(Chain chain) {
        out.append(paint(BOLD, "trace " + chain.traceId()));
        out.append("  ").append(chain.name());
        if (chain.sessionId() != null) {
            out.append("  ").append(paint(GREY, "session " + chain.sessionId()));
        }
        out.append('\n');
        Set<String> ids =
                chain.spans().stream().map(ExportedSpan::spanId).collect(Collectors.toSet());
        var roots =
                chain.spans().stream()
                        .filter(span ->
                                span.parentSpanId() == null || !ids.contains(span.parentSpanId()))
                        .toList();
        for (int i = 0; i < roots.size(); i++) {
            draw(chain, roots.get(i), "", i == roots.size() - 1);
        }
        out.append('\n');
    }

    private void draw(Chain chain, ExportedSpan span, String indent, boolean last) {
        String head = indent + (last ? "└─ " : "├─ ") + span.name();
        out.append(head).append(" ".repeat(Math.max(1, NAME_WIDTH - head.length())));
        out.append(
                String.format(
                        Locale.ROOT, "%8.1f ms", (span.endNanos() - span.startNanos()) / 1e6));
        out.append("  ").append(facts(chain, span)).append('\n');
        var children =
                chain.spans().stream()
                        .filter(child -> Objects.equals(child.parentSpanId(), span.spanId()))
                        .toList();
        for (int i = 0; i < children.size(); i++) {
            draw(chain, children.get(i), indent + (last ? "   " : "│  "), i == children.size() - 1);
        }
    }

    private String facts(Chain chain, ExportedSpan span) {
        var facts = new ArrayList<String>();
        span.text("gen_ai.usage.input_tokens")
                .ifPresent(input ->
                        facts.add(
                                input
                                        + " → "
                                        + span.text("gen_ai.usage.output_tokens").orElse("?")
                                        + " tokens"));
        span.toolLink().ifPresent(link -> facts.add(link(chain, span, link)));
        if (span.status().equals("error")) {
            facts.add(paint(RED, "failed: " + span.statusMessage()));
        }
        return String.join("  ", facts);
    }

    private String link(Chain chain, ExportedSpan span, ExportedSpan.ToolLink link) {
        var requester = chain.requester(span);
        if (requester.isEmpty()) {
            return paint(RED, "not linked");
        }
        String observed = span.text("spangate.tool.observed").map(how -> ", " + how).orElse("");
        int nth = chain.ofType("generation").indexOf(requester.get()) + 1;
        return paint(GREEN, "asked for by answer " + nth)
                + paint(GREY, " (" + link.method() + ", " + link.confidence() + observed + ")");
    }

    private String paint(String code, String text) {
        return colours ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
