package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What `spangate why` tells a person (rule L10), from the API's answer.
class WhyTextTest {
    private static final String EXECUTION =
            """
            {"scope": "team-a", "caller": "team-a", "spanId": "00000000000000c1",
             "traceId": "0af7651916cd43dd8448eb211c80319c", "tool": "web__search",
             "startNanos": 1800000000250000000, "state": "unlinked", "method": "none",
             "confidence": null, "requestedBy": null,
             "reason": "several open calls fit, or the evidence conflicts", "sent": {},
             "candidateCount": 3, "candidates": [
               {"toolCallId": "call_a8f3k2m9x0", "name": "search",
                "inferenceSpanId": "00000000000000b1",
                "traceId": "0af7651916cd43dd8448eb211c80319c",
                "issuedNanos": 1800000000000000000, "linked": false, "takenBy": null,
                "evidenceFor": ["equal arguments"],
                "evidenceAgainst": ["its result has not been echoed to a model"]},
               {"toolCallId": null, "name": "search", "inferenceSpanId": "00000000000000b2",
                "traceId": "ffffffffffffffffffffffffffffffff",
                "issuedNanos": 1799999999000000000, "linked": false,
                "takenBy": "00000000000000c9", "evidenceFor": [],
                "evidenceAgainst": ["other arguments", "linked to another execution"]}],
             "executions": [], "advice": ["the model's tool-call id in params._meta"]}
            """;

    private static ObjectNode execution() {
        return (ObjectNode) JsonMapper.shared().readTree(EXECUTION);
    }

    private static ObjectNode call(String state) {
        return execution()
                .putNull("caller")
                .put("state", state)
                .put("requestedBy", "00000000000000b1");
    }

    private static String told(ObjectNode... links) {
        return told(Terminal.PLAIN, links);
    }

    private static String told(Terminal terminal, ObjectNode... links) {
        var document = JsonMapper.shared().createObjectNode().put("id", "the-id");
        var array = document.putArray("links");
        for (var link : links) {
            array.add(link);
        }
        return WhyText.of(document, terminal);
    }

    @Test
    void anUnlinkedExecutionIsToldWithEveryCandidateAndWhatWouldHelp() {
        assertThat(told(execution()).lines())
                .containsExactly(
                        "team-a executed web__search at 2027-01-15T08:00:00.250Z (span"
                                + " 00000000000000c1, trace 0af7651916cd43dd8448eb211c80319c).",
                        "It is linked to no answer of a model.",
                        "Why: several open calls fit, or the evidence conflicts.",
                        "The client sent: no call id, no session, no trace context.",
                        "",
                        "Tool calls that were looked at (2 of 3):",
                        "  - call_a8f3k2m9x0  search, asked for 0.250 s before by answer"
                                + " 00000000000000b1",
                        "      for      equal arguments",
                        "      against  its result has not been echoed to a model",
                        "  - (no id)  search, asked for 1.250 s before by answer 00000000000000b2"
                                + " in trace ffffffffffffffffffffffffffffffff",
                        "      for      nothing",
                        "      against  other arguments; linked to another execution",
                        "      linked to span 00000000000000c9",
                        "",
                        "What would make it certain:",
                        "  - the model's tool-call id in params._meta",
                        "");
    }

    @ParameterizedTest
    @CsvSource({
        "linked, certain, 'It is linked to answer 00000000000000b1: certain, by call-id.'",
        "linked, probable, 'It is linked to answer 00000000000000b1: probable, by call-id.'",
        "running, , It is running.",
        "waiting, , Its link is not final yet.",
        "unlinked, , It is linked to no answer of a model.",
    })
    void eachStateOfAnExecutionHasASentence(String state, String confidence, String sentence) {
        var link = execution().put("state", state).put("confidence", confidence);
        link.put("requestedBy", "00000000000000b1").put("method", "call-id");
        assertThat(told(link).lines()).contains(sentence);
    }

    @ParameterizedTest
    @CsvSource({
        "linked, The agent answered it by itself: certain.",
        "waiting, Nothing has answered it yet.",
        "unlinked, No execution is linked to it.",
    })
    void eachStateOfACallHasASentence(String state, String sentence) {
        assertThat(told(call(state)).lines())
                .contains(sentence)
                .anyMatch(line -> line.startsWith("A model asked for web__search at "))
                .noneMatch(line -> line.startsWith("The client sent"));
    }

    @Test
    void aCallNamesTheExecutionsThatMayHaveBeenIts() {
        var link = call("unlinked");
        link.putArray("executions").add("00000000000000c7");
        assertThat(told(link))
                .contains("Executions of that tool since then that are linked to nothing:")
                .contains("  - 00000000000000c7");
    }

    @Test
    void whatTheClientSentIsNamedByKind() {
        var link = execution();
        link.putObject("sent").put("callId", "call_1").put("session", "s-1");
        assertThat(told(link)).contains("The client sent: callId call_1, session s-1.");
    }

    @Test
    void severalOfOneIdAreCounted() {
        assertThat(told(execution(), call("waiting")))
                .startsWith("2 executions and calls go by the-id:")
                .contains("team-a executed web__search", "A model asked for");
    }

    @Test
    void coloursAreThereOnlyWhereTheyAreWanted() {
        assertThat(told(new Terminal(true), execution())).contains("\u001b[31m", "\u001b[0m");
        assertThat(told(execution())).doesNotContain("\u001b");
    }

    @Test
    void nothingThatAClientChoseReachesTheTerminalRaw() {
        var link = execution().put("tool", "evil\u001b[2J").put("caller", "x\u202ey");
        link.putObject("sent").put("call\u0007Id", "a\r\nWhy: all is well.");
        link.putArray("advice").add("\u009b31m");
        ((ObjectNode) link.at("/candidates/0")).put("toolCallId", "id\u001b]0;title\u0007");
        var told = told(link);
        assertThat(told).doesNotContain("\u001b", "\u202e", "\u0007", "\u009b", "\r");
        assertThat(told.lines()).noneMatch(line -> line.startsWith("Why: all is well"));
    }
}
