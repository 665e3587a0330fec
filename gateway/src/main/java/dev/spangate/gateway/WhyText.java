package dev.spangate.gateway;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// Tells the answer of [LinksApi] in plain sentences.
final class WhyText {
    private final Terminal terminal;
    private final StringBuilder out = new StringBuilder();

    private WhyText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// All that is known of the id, one paragraph for each execution or call.
    static String of(JsonNode document, Terminal terminal) {
        var text = new WhyText(terminal);
        var links = document.path("links");
        if (links.size() > 1) {
            text.line(
                    "%d executions and calls go by %s:"
                            .formatted(links.size(), told(document, "id")));
            text.line("");
        }
        links.forEach(text::link);
        return text.out.toString();
    }

    private void link(JsonNode link) {
        line(subject(link));
        line(verdict(link));
        line("Why: " + told(link, "reason") + ".");
        sent(link);
        candidates(link);
        list("Executions of that tool since then that are linked to nothing:", "executions", link);
        list("What would make it certain:", "advice", link);
        line("");
    }

    private String subject(JsonNode link) {
        var when =
                Instant.EPOCH
                        .plusNanos(link.path("startNanos").asLong())
                        .truncatedTo(ChronoUnit.MILLIS);
        var tool = terminal.bold(told(link, "tool"));
        if (isCall(link)) {
            return "A model asked for %s at %s (answer %s, trace %s, link scope %s)."
                    .formatted(
                            tool,
                            when,
                            told(link, "requestedBy"),
                            told(link, "traceId"),
                            told(link, "scope"));
        }
        var caller = link.path("caller").isString() ? told(link, "caller") : "a caller";
        return "%s executed %s at %s (span %s, trace %s)."
                .formatted(caller, tool, when, told(link, "spanId"), told(link, "traceId"));
    }

    /// A tool call, which no execution that we saw belongs to.
    private static boolean isCall(JsonNode link) {
        return link.has("caller") && link.path("caller").isNull();
    }

    private String verdict(JsonNode link) {
        var state = told(link, "state");
        if (isCall(link)) {
            return switch (state) {
                case "linked" -> terminal.good("The agent answered it by itself: certain.");
                case "waiting" -> terminal.doubtful("Nothing has answered it yet.");
                default -> terminal.bad("No execution is linked to it.");
            };
        }
        if (link.path("confidence").isString()) {
            var sure = told(link, "confidence");
            var sentence =
                    "It is linked to answer %s: %s, by %s."
                            .formatted(told(link, "requestedBy"), sure, told(link, "method"));
            return sure.equals("certain") ? terminal.good(sentence) : terminal.doubtful(sentence);
        }
        return switch (state) {
            case "running" -> terminal.doubtful("It is running.");
            case "waiting" -> terminal.doubtful("Its link is not final yet.");
            default -> terminal.bad("It is linked to no answer of a model.");
        };
    }

    private void sent(JsonNode link) {
        if (isCall(link)) {
            return;
        }
        var sent = new ArrayList<String>();
        link.path("sent")
                .properties()
                .forEach(entry ->
                        sent.add(
                                Terminal.plain(entry.getKey())
                                        + " "
                                        + Terminal.plain(entry.getValue().asString(""))));
        line(
                "The client sent: "
                        + (sent.isEmpty()
                                ? "no call id, no session, no trace context"
                                : String.join(", ", sent))
                        + ".");
    }

    private void candidates(JsonNode link) {
        var candidates = link.path("candidates");
        if (candidates.isEmpty()) {
            return;
        }
        long count = link.path("candidateCount").asLong();
        line("");
        var more = count > candidates.size() ? " of " + count : "";
        line("Tool calls that were looked at (" + candidates.size() + more + "):");
        candidates.forEach(candidate -> candidate(link, candidate));
    }

    private void candidate(JsonNode link, JsonNode candidate) {
        var id =
                candidate.path("toolCallId").isString() ? told(candidate, "toolCallId") : "(no id)";
        boolean linked = candidate.path("linked").asBoolean();
        var trace = told(candidate, "traceId");
        line(
                "  %s %s  %s, asked for %s by answer %s%s"
                        .formatted(
                                linked ? terminal.good("=") : "-",
                                terminal.bold(id),
                                told(candidate, "name"),
                                before(link, candidate),
                                told(candidate, "inferenceSpanId"),
                                trace.equals(told(link, "traceId")) ? "" : " in trace " + trace));
        evidence(terminal.good("for    "), candidate.path("evidenceFor"));
        evidence(terminal.bad("against"), candidate.path("evidenceAgainst"));
        if (candidate.path("takenBy").isString()) {
            line("      linked to span " + told(candidate, "takenBy"));
        }
    }

    private static String before(JsonNode link, JsonNode candidate) {
        double seconds =
                (link.path("startNanos").asLong() - candidate.path("issuedNanos").asLong()) / 1e9;
        return String.format(Locale.ROOT, "%.3f s before", seconds);
    }

    private void evidence(String head, JsonNode words) {
        if (words.isEmpty()) {
            line("      " + head + "  nothing");
            return;
        }
        var told = new ArrayList<String>();
        words.forEach(word -> told.add(Terminal.plain(word.asString(""))));
        line("      " + head + "  " + String.join("; ", told));
    }

    private void list(String title, String key, JsonNode link) {
        List<String> told = new ArrayList<>();
        link.path(key).forEach(one -> told.add(Terminal.plain(one.asString(""))));
        if (told.isEmpty()) {
            return;
        }
        line("");
        line(title);
        told.forEach(one -> line("  - " + one));
    }

    private static String told(JsonNode node, String key) {
        return Terminal.plain(node.path(key).asString(""));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
