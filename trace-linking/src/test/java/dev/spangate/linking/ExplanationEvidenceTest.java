package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Rule L10: each kind of evidence is named in an explanation, and advice fits what was missing.
final class ExplanationEvidenceTest extends LinkFixture {
    private static final String UNKNOWN = "call_zz88yy77xx66";

    private Explanation why(ToolRecording execution) {
        var found = stage.linker.explain(execution.span().spanId());
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private Explanation.Candidate candidate(ToolRecording execution, String callId) {
        return why(execution).candidates().stream()
                .filter(one -> callId.equals(one.toolCallId()))
                .findFirst()
                .orElseThrow();
    }

    private ToolRecording executed(Stage.Agent agent, String arguments, String... meta) {
        var execution = agent.execute("search", arguments, meta);
        agent.done(execution, "ok");
        return execution;
    }

    /// Two agents with equal calls, so that only the echoed texts could tell.
    private ToolRecording twin(String result, String echoOfOne, String echoOfOther) {
        var one = asked("s", new ToolCall(A, "search", "{}"));
        var other = asked("s", new ToolCall(B, "search", "{}"));
        var execution = one.execute("search", "{}");
        one.done(execution, result);
        one.result(A, echoOfOne);
        one.text(one.ask(), "done");
        other.result(B, echoOfOther);
        other.text(other.ask(), "done");
        return execution;
    }

    @Test
    void withoutAnyModelAnswerTheReasonSaysSo() {
        var execution = executed(stage.agent("s"), "{}");
        var why = why(execution);
        assertThat(why.state()).isEqualTo("unlinked");
        assertThat(why.reason()).contains("no model answer of this caller");
        assertThat(why.candidates()).isEmpty();
        assertThat(why.advice()).anyMatch(text -> text.contains("model requests through"));
    }

    @Test
    void callsOfOtherToolsAreShownWhereNoneOfThisToolWasOpen() {
        var agent = asked("s", new ToolCall(A, "search_everywhere", "{}"));
        var execution = executed(agent, "{}");
        assertThat(why(execution).candidateCount()).isEqualTo(1);
        assertThat(why(execution).reason()).contains("no call of this tool was open");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains("its name does not mean this tool");
        assertThat(candidate(execution, A).name()).isEqualTo("search_everywhere");
    }

    @Test
    void aMetaKeyThatIsNotConfiguredAndHoldsTheIdIsFound() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var execution = executed(agent, "{\"q\":2}", "acme/toolCall", A, "progressToken", "7");
        assertThat(why(execution).advice())
                .anyMatch(text ->
                        text.contains("\"acme/toolCall\"")
                                && text.contains("linking.call-id-keys"));
    }

    @Test
    void aMetaValueThatIsNobodysIdGivesNoSuchAdvice() {
        var agent = asked("s", new ToolCall("call_0", "search", "{\"q\":1}"));
        var execution = executed(agent, "{\"q\":2}", "acme/step", "call_0", "acme/other", UNKNOWN);
        assertThat(why(execution).advice()).noneMatch(text -> text.contains("acme/"));
        assertThat(why(execution).advice()).anyMatch(text -> text.contains("callId"));
    }

    @Test
    void aCallIdThatWeNeverIssuedIsShownAndSpeaksAgainstEachCandidate() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var execution = executed(agent, "{}", "callId", UNKNOWN);
        assertThat(why(execution).sent()).containsEntry("callId", UNKNOWN);
        assertThat(candidate(execution, A).evidenceFor()).contains("equal arguments");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains("the execution names another call id");
    }

    @Test
    void aCallWithoutAnIdAndAWeakIdAreNamedAsSuch() {
        var agent =
                asked(
                        "s",
                        new ToolCall(null, "search", "{\"q\":1}"),
                        new ToolCall("call_0", "search", "{\"q\":2}"));
        var execution = executed(agent, "{\"q\":3}", "callId", "call_0");
        assertThat(candidate(execution, "call_0").evidenceFor())
                .contains("the execution names its id");
        assertThat(candidate(execution, "call_0").evidenceAgainst())
                .anyMatch(text -> text.contains("does not look random"));
        assertThat(why(execution).candidates())
                .anySatisfy(one ->
                        assertThat(one.evidenceAgainst())
                                .contains("it has no id, the execution names one"));
    }

    @Test
    void aCallThatWasClosedBeforeIsShownWithItsId() {
        var agent = asked("s", new ToolCall("call_0", "search", "{}"));
        agent.result("call_0", "ok");
        agent.text(agent.ask(), "done");
        var execution = executed(agent, "{}", "callId", "call_0");
        assertThat(candidate(execution, "call_0").evidenceAgainst())
                .anyMatch(text -> text.startsWith("closed before the execution began"));
        assertThat(why(execution).reason()).contains("names a call id");
    }

    @Test
    void anotherTraceAndTheSameTraceAreTold() {
        var mine =
                TraceContext.parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        var theirs =
                TraceContext.parse("00-9cd92f3577b34da6a3ce929d0e0e4799-00f067aa0ba902b7-01", "")
                        .orElseThrow();
        var origin = Origin.of("s");
        var one =
                asked(
                        stage.agent(Stage.with(origin, TraceMode.JOIN, mine)),
                        new ToolCall(A, "search", "{\"q\":1}"));
        asked(
                stage.agent(Stage.with(origin, TraceMode.JOIN, theirs)),
                new ToolCall(B, "search", "{\"q\":1}"));
        var execution = executed(one, "{\"q\":1}");
        assertThat(candidate(execution, A).evidenceFor()).contains("the same trace");
        assertThat(candidate(execution, B).evidenceAgainst()).contains("another trace");
        assertThat(why(execution).sent()).containsKey("traceId");
        assertThat(why(execution).advice()).noneMatch(text -> text.contains("traceparent"));
    }

    @Test
    void aNameThatMeansToolsOfSeveralServersIsNamed() {
        stage.linker.expose(
                "/mcp",
                List.of(
                        new ExposedTool("one_search", "one", null),
                        new ExposedTool("search", "srv", null)));
        stage.linker.expose("/mcp/other", List.of(new ExposedTool("search", "other", null)));
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        agent.endpoint = "/mcp/other";
        executed(agent, "{\"warm\":1}");
        agent.endpoint = "/mcp";
        var execution = executed(agent, "{}");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains("its name means tools of several servers");
    }

    @Test
    void anOpenCallWaitsForItsEcho() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var execution = executed(agent, "{}");
        assertThat(why(execution).state()).isEqualTo("waiting");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains("its result has not been echoed to a model");
    }

    @Test
    void aCallThatClosedWithoutAnEchoSaysSo() {
        var agent = asked("s", new ToolCall(A, "search", "{\"q\":1}"));
        var execution = executed(agent, "{\"q\":2}");
        stage.pass(700_000);
        assertThat(why(execution).state()).isEqualTo("unlinked");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains("closed without an echoed result", "other arguments");
    }

    @Test
    void anEchoWithOtherTextAndOneOfSeveralAreTold() {
        var differs = twin(LONG, "a rewritten text", "another one");
        assertThat(candidate(differs, A).evidenceAgainst())
                .contains("the result that was echoed for it is no execution's text");
        assertThat(why(differs).reason()).contains("several open calls fit");
    }

    @Test
    void aTextThatTheToolHadGivenBeforeProvesNothingAndSaysSo() {
        var earlier = asked("s", new ToolCall("call_e5r6t7y8u9", "search", "{}"));
        earlier.done(earlier.execute("search", "{}"), LONG);
        earlier.result("call_e5r6t7y8u9", LONG);
        earlier.text(earlier.ask(), "done");
        var execution = twin(LONG, LONG, "other words");
        assertThat(candidate(execution, A).evidenceAgainst())
                .contains(Clue.ECHO_SEEN_BEFORE.words());
    }

    @Test
    void aTextOfTwoExecutionsProvesNothingAndSaysSo() {
        var one = asked("s", new ToolCall(A, "search", "{}"));
        var other = asked("s", new ToolCall(B, "search", "{}"));
        var first = one.execute("search", "{}");
        one.done(first, LONG);
        var second = other.execute("search", "{}");
        other.done(second, LONG);
        one.result(A, LONG);
        one.text(one.ask(), "done");
        other.result(B, LONG);
        other.text(other.ask(), "done");
        assertThat(why(first).state()).isEqualTo("unlinked");
        assertThat(candidate(first, A).evidenceAgainst())
                .contains(Clue.ECHO_OF_SEVERAL.words(), Clue.RIVALS.words());
    }

    @Test
    void aCallThatAnotherExecutionTookIsNamedWithItsSpan() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var named = executed(agent, "{}", "callId", A);
        var execution = executed(agent, "{}");
        agent.result(A, "ok");
        agent.text(agent.ask(), "done");
        assertThat(why(execution).state()).isEqualTo("unlinked");
        assertThat(candidate(execution, A).takenBy()).isEqualTo(named.span().spanId());
        assertThat(candidate(execution, A).evidenceAgainst()).contains(Clue.TAKEN.words());
    }

    @Test
    void beforeAnUnreadAnswerNothingIsProbableAndTheReasonSaysWhy() {
        var agent = asked("s", new ToolCall(A, "search", "{}"));
        var stranger = stage.agent("s").says("unread");
        var unread = stranger.ask();
        unread.unread();
        stranger.text(unread, "?");
        var execution = agent.execute("search", "{}");
        agent.done(execution, LONG);
        agent.result(A, LONG);
        agent.text(agent.ask(), "done");
        assertThat(why(execution).state()).isEqualTo("unlinked");
        assertThat(why(execution).reason()).isEqualTo("a call may be missing in that window");
        assertThat(candidate(execution, A).evidenceAgainst()).contains(Clue.ECHO_UNSURE.words());
    }

    @Test
    void everyClueHasWordsOfItsOwn() {
        assertThat(List.of(Clue.values())).extracting(Clue::words).doesNotHaveDuplicates();
        assertThat(List.of(Clue.values()))
                .extracting(Clue::words)
                .allSatisfy(words -> assertThat(words).isNotBlank().doesNotContain("null"));
    }
}
