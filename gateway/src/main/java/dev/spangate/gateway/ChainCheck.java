package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.List;

/// Whether a marked run is whole: one run, two inferences with tokens and content, and the tool's
/// execution linked to the call that the model made.
final class ChainCheck {
    private static final int INFERENCES = 2;

    private final List<SeenSpan> spans;
    private final String callId;
    private final boolean content;
    private final List<String> gaps = new ArrayList<>();

    private ChainCheck(List<SeenSpan> spans, String callId, boolean content) {
        this.spans = spans;
        this.callId = callId;
        this.content = content;
    }

    /// What is missing, in words; empty for a whole chain.
    ///
    /// @param callId of the tool call that the model made
    /// @param content whether inputs and outputs are recorded at all
    static List<String> gaps(List<SeenSpan> spans, String callId, boolean content) {
        var check = new ChainCheck(spans, callId, content);
        check.look();
        return check.gaps;
    }

    private void look() {
        var runs = of("agent");
        var inferences = of("generation");
        var tools = of("tool");
        count("run (agent span)", runs.size(), 1);
        count("inference", inferences.size(), INFERENCES);
        count("tool execution", tools.size(), 1);
        runs.forEach(this::checkContent);
        for (var inference : inferences) {
            checkContent(inference);
            if (inference.inputTokens() <= 0 || inference.outputTokens() <= 0) {
                gaps.add("no token counts on " + inference.name());
            }
        }
        for (var tool : tools) {
            checkContent(tool);
            checkLink(tool);
        }
        if (runs.size() == 1) {
            checkParents(runs.getFirst(), inferences, tools);
        }
    }

    private void count(String what, int seen, int wanted) {
        if (seen != wanted) {
            gaps.add("%s: %d seen, %d sent".formatted(what, seen, wanted));
        }
    }

    private void checkContent(SeenSpan span) {
        if (content && span.input() == null) {
            gaps.add("no input on " + span.name());
        }
        if (content && span.output() == null) {
            gaps.add("no output on " + span.name());
        }
    }

    private void checkLink(SeenSpan tool) {
        if (!tool.isLinked()) {
            gaps.add("no link from " + tool.name() + " to the model's call");
        } else if (!callId.isEmpty() && !callId.equals(tool.callId())) {
            gaps.add("%s is linked to another call: %s".formatted(tool.name(), tool.callId()));
        }
    }

    private void checkParents(SeenSpan run, List<SeenSpan> inferences, List<SeenSpan> tools) {
        var below = new ArrayList<>(inferences);
        below.addAll(tools);
        for (var span : below) {
            if (!run.spanId().equals(span.parentId())) {
                gaps.add(span.name() + " does not stand below the run");
            }
        }
    }

    private List<SeenSpan> of(String type) {
        return spans.stream().filter(span -> span.isA(type)).toList();
    }
}
