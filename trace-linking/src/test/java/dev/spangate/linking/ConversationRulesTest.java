package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules R2, R3 and T3: which conversation a run belongs to, and what its spans say of it.
final class ConversationRulesTest extends RunFixture {
    private static Origin named(String session, String user) {
        return new Origin(
                "s",
                "s",
                null,
                null,
                session,
                user,
                Map.of(),
                null,
                TraceMode.JOIN,
                List.of("t1"),
                "test",
                "",
                Map.of());
    }

    private String session(InferenceRecording inference) {
        return placed(inference).run().sessionId();
    }

    private InferenceRecording turn(Stage.Agent agent, String says, String answer) {
        var asked = agent.says(says).ask();
        agent.text(asked, answer);
        return asked;
    }

    @Test
    void r2TheLongestBeginningOfOneConversationCounts() {
        var agent = stage.agent("s");
        var first = turn(agent, "one", "first answer");
        var second = turn(agent, "two", "second answer");
        var elsewhere = stage.agent("s");
        elsewhere.history.addAll(agent.history.subList(0, 2));
        var branch = turn(elsewhere, "another two", "other answer");
        var third = turn(agent, "three", "third answer");

        assertThat(List.of(session(second), session(third), session(branch)))
                .containsOnly(session(first));
    }

    @Test
    void r2SeveralConversationsWithThatBeginningAreNone() {
        var one = stage.agent("s");
        var other = stage.agent("s");
        var first = turn(one, "hello", "hi");
        var second = turn(other, "hello", "hi");
        var third = turn(one, "and now?", "well");

        assertThat(session(first)).isNotEqualTo(session(second));
        assertThat(session(third)).isNotIn(session(first), session(second));
    }

    @Test
    void r2AfterCompactionOnlyAResultOrASuppliedIdProvesContinuity() {
        var agent = stage.agent("s");
        var first = turn(agent, "one", "first answer");
        agent.history.clear();
        var compacted = turn(agent, "Summary of the talk so far: one thing was done.", "go on");
        assertThat(session(compacted)).isNotEqualTo(session(first));

        agent.says("search");
        var asking = agent.ask();
        agent.calls(asking, new ToolCall(A, "search", "{}"));
        var asked = agent.history.removeLast();
        agent.history.clear();
        agent.says("Summary: something is being searched.").history.add(asked);
        var echoing = agent.result(A, "found").ask();
        agent.text(echoing, "done");
        assertThat(placed(echoing).traceId()).isEqualTo(placed(asking).traceId());
        assertThat(placed(echoing).parentSpanId()).isEqualTo(placed(asking).parentSpanId());
    }

    @Test
    void r2ASuppliedSessionOutlivesCompaction() {
        var agent = stage.agent(named("talk-1", null));
        var first = turn(agent, "one", "first answer");
        agent.history.clear();
        var second = turn(agent, "Summary of the talk so far.", "go on");
        assertThat(List.of(session(first), session(second))).containsOnly("talk-1");
        assertThat(placed(first).traceId()).isNotEqualTo(placed(second).traceId());
    }

    @Test
    void r2AnEditedHistoryIsAnotherConversation() {
        var agent = stage.agent("s");
        var first = turn(agent, "one", "first answer");
        agent.history.set(0, Message.text(Message.Role.USER, "one, but otherwise"));
        var second = turn(agent, "two", "second answer");
        assertThat(session(second)).isNotEqualTo(session(first));
    }

    @Test
    void r2ADifferentUserIsAnotherConversation() {
        var agent = stage.agent(named(null, "anna"));
        var first = turn(agent, "one", "first answer");
        agent.llm = named(null, "berta");
        var second = turn(agent, "two", "second answer");
        assertThat(session(second)).isNotEqualTo(session(first));
        assertThat(placed(second).run().userId()).isEqualTo("berta");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"a\":2.0,\"b\":null}', '{\"a\":2}'",
        "'{\"a\":1,\"b\":\"\\u00e9\"}', '{ \"b\": \"é\", \"a\": 1e0 }'",
        "'{}', ''"
    })
    void r2ReserialisedCallsInTheHistoryAreTheSameAnswer(String issued, String retold) {
        var agent = stage.agent("s").says("go");
        var asking = agent.ask();
        agent.calls(asking, new ToolCall("call_0", "search", issued));
        agent.history.removeLast();
        agent.history.add(
                new Message(
                        Message.Role.ASSISTANT,
                        List.of(),
                        List.of(new ToolCall("call_0", "search", retold)),
                        List.of(),
                        ""));
        agent.result("call_0", "found");
        var second = agent.ask();
        agent.text(second, "done");
        assertThat(placed(second).parentSpanId())
                .isEqualTo(placed(asking).parentSpanId())
                .isNotNull();
    }

    @Test
    void r3SeveralUnansweredRequestsOfTwoRunsWithThisInputMakeItANewRun() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall("call_0", "search", "{}"));
        agent.result("call_0", "found");
        agent.fails(agent.ask());
        var other = stage.agent("s").says("go");
        other.calls(other.ask(), new ToolCall("call_0", "search", "{}"));
        other.result("call_0", "found");
        other.fails(other.ask());
        var third = other.ask();
        other.text(third, "done");
        stage.pass(11 * 60_000);

        assertThat(placed(third).parentSpanId()).isNull();
    }

    @Test
    void r3AnEqualRequestAfterTheRunsEndIsARunOfItsOwnInTheSameConversation() {
        var agent = stage.agent("s");
        turn(agent, "one", "first answer");
        agent.says("two");
        var ended = agent.ask();
        agent.text(ended, "second answer");
        agent.history.removeLast();
        var anew = agent.ask();
        agent.text(anew, "a better answer");

        assertThat(placed(anew).traceId()).isNotEqualTo(placed(ended).traceId());
        assertThat(session(anew)).isEqualTo(session(ended));
    }

    @Test
    void r3AnEqualRequestBesideAnAnsweredOneIsABranchThoughTheRunIsOpen() {
        var agent = stage.agent("s").says("go");
        agent.calls(agent.ask(), new ToolCall(A, "search", "{\"q\":1}"));
        var slow = agent.execute("search", "{\"q\":1}", "callId", A);
        agent.result(A, "found");
        agent.fails(agent.ask());
        var answered = agent.ask();
        agent.text(answered, "done");
        agent.history.removeLast();
        var anew = agent.ask();
        agent.text(anew, "a better answer");
        agent.done(slow, "found");

        assertThat(placed(answered).parentSpanId()).isNotNull();
        assertThat(placed(anew).parentSpanId()).isNull();
        assertThat(placed(anew).traceId()).isNotEqualTo(placed(answered).traceId());
        assertThat(session(anew)).isEqualTo(session(answered));
    }

    @Test
    void r3AFirstRequestIsNeverBranched() {
        var one = stage.agent("s");
        var other = stage.agent("s");
        assertThat(session(turn(one, "hello", "hi")))
                .isNotEqualTo(session(turn(other, "hello", "hello you")));
    }

    @Test
    void t3AConversationKeepsItsFirstSessionAndEachRunWhatItOpenedWith() {
        var agent = stage.agent(named("talk-1", "anna"));
        var asking = agent.says("go").ask();
        agent.calls(asking, new ToolCall(A, "search", "{}"));
        agent.llm = named("talk-1", "anna");
        var execution = agent.execute("search", "{}", "callId", A);
        agent.done(execution, "ok");
        agent.result(A, "ok");
        agent.llm =
                new Origin(
                        "s",
                        "s",
                        "renamed",
                        null,
                        null,
                        null,
                        Map.of(),
                        null,
                        TraceMode.JOIN,
                        List.of("t2"),
                        "production",
                        "",
                        Map.of());
        var second = agent.ask();
        agent.text(second, "done");

        var expected = placed(asking).run();
        assertThat(expected.sessionId()).isEqualTo("talk-1");
        assertThat(expected.userId()).isEqualTo("anna");
        assertThat(expected.tags()).containsExactly("t1");
        assertThat(expected.environment()).isEqualTo("test");
        assertThat(placed(second).run()).isEqualTo(expected);
        assertThat(stage.recorded.released(execution.span()).run()).isEqualTo(expected);
        assertThat(tops().getFirst().run()).isEqualTo(expected);
    }

    @Test
    void t3AnIdOfOursIsTheSessionButNeverTheConversationIdOfTheConventions() {
        var asked = turn(stage.agent("s"), "hello", "hi");
        assertThat(session(asked)).startsWith("conv-");
        assertThat(stage.recorded.draft(placed(asked)).attributes())
                .doesNotContainKey("gen_ai.conversation.id");
    }
}
