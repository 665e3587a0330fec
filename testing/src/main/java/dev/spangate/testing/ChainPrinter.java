package dev.spangate.testing;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Draws one trace as a tree: what a failing test shows.
final class ChainPrinter {
    private static final int CONTENT = 60;

    private final LangfuseView.Trace trace;
    private final long origin;
    private final StringBuilder out = new StringBuilder();
    private final Set<String> drawn = new HashSet<>();

    private ChainPrinter(LangfuseView.Trace trace) {
        this.trace = trace;
        this.origin = trace.observations().getFirst().startNanos();
    }

    static String print(LangfuseView.Trace trace) {
        var printer = new ChainPrinter(trace);
        printer.out.append("trace ").append(trace.traceId());
        printer.out.append(" \"").append(trace.name()).append("\" session=");
        printer.out.append(trace.sessionId()).append(" user=").append(trace.userId()).append('\n');
        trace.roots().forEach(root -> printer.draw(root, 1, ""));
        trace.orphans()
                .forEach(o -> printer.draw(o, 1, "(parent " + o.parentSpanId() + " elsewhere) "));
        trace.faults().forEach(fault -> printer.out.append("  ! ").append(fault).append('\n'));
        return printer.out.toString();
    }

    private void draw(LangfuseObservation o, int depth, String note) {
        if (!drawn.add(o.spanId())) {
            return; // a repeat, or a circle of parents
        }
        out.append("  ".repeat(depth)).append(note).append(o.type()).append(' ').append(o.name());
        out.append(" [").append(o.spanId()).append("] ");
        out.append((o.startNanos() - origin) / 1_000_000).append('+').append(o.millis());
        out.append(" ms");
        append(" model=", o.model());
        append(" link=", o.span().text("spangate.link.method"));
        append("/", o.span().text("spangate.link.confidence"));
        append(" call=", o.metadata().getOrDefault("tool_call_id", ""));
        append(" level=", o.level().equals("DEFAULT") ? "" : o.level());
        append(" status=", o.statusMessage());
        append(" in=", cut(o.input()));
        append(" out=", cut(o.output()));
        o.span().links().forEach(link -> append(" -> ", link.spanId()));
        out.append('\n');
        trace.childrenOf(o.spanId()).forEach(child -> draw(child, depth + 1, ""));
    }

    private void append(String label, String value) {
        if (!value.isEmpty()) {
            out.append(label).append(value);
        }
    }

    private static String cut(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= CONTENT ? line : line.substring(0, CONTENT) + "…";
    }
}
