package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.ToolCall;
import org.junit.jupiter.api.Test;

/// What the generator itself calls decidable; times are nanoseconds since the world began.
class EvidenceTest {
    private final Truth truth = new Truth();

    @Test
    void aSentIdThatOneAnswerIssuedDecidesAndARepeatedOneDoesNot() {
        var call = call(Habits.CLAUDE_CODE, 1, 10, 100);
        assertThat(kind(execution(call, 1, true))).isEqualTo(Evidence.Kind.CALL_ID);
        var counted = call(Habits.CLAUDE_CODE.with(IdStyle.COUNTER), 2, 10, 100);
        assertThat(kind(execution(counted, 2, true))).isNotEqualTo(Evidence.Kind.CALL_ID);
    }

    @Test
    void aTextOfItsOwnDecidesOnlyWhereItIsEchoedAsItIs() {
        var call = call(Habits.PLAIN, 1, 10, 100);
        var execution = execution(call, 1, false);
        execution.kind = ResultKind.UNIQUE;
        execution.delivered = true;
        call.echo = EchoStyle.TAGGED;
        assertThat(kind(execution)).isEqualTo(Evidence.Kind.RESULT);
        call.echo = EchoStyle.REWRITTEN;
        assertThat(kind(execution)).isNotEqualTo(Evidence.Kind.RESULT);
        call.echo = EchoStyle.VERBATIM;
        execution.kind = ResultKind.OK;
        assertThat(kind(execution)).isNotEqualTo(Evidence.Kind.RESULT);
    }

    @Test
    void lonelyArgumentsDecideAndOverlappingEqualOnesDoNot() {
        var call = call(Habits.PLAIN, 1, 10, 100);
        var execution = execution(call, 1, false);
        assertThat(kind(execution)).isEqualTo(Evidence.Kind.ARGUMENTS);
        call(Habits.PLAIN, 1, 200, 300);
        assertThat(kind(execution)).as("closed before").isEqualTo(Evidence.Kind.ARGUMENTS);
        call(Habits.PLAIN, 1, 50, 300);
        assertThat(kind(execution)).as("open beside it").isEqualTo(Evidence.Kind.EQUAL_CALLS);
    }

    @Test
    void anEqualExecutionWithoutACallTakesTheCertaintyAway() {
        var execution = execution(call(Habits.PLAIN, 1, 10, 100), 1, false);
        truth.executions.add(
                new Truth.Execution(
                        "s", Tool.SERVED.getFirst(), 1, null, Habits.PLAIN, "x", "y", 20, false));
        assertThat(kind(execution)).isEqualTo(Evidence.Kind.EQUAL_CALLS);
    }

    @Test
    void changedArgumentsRepeatsKillsAndLostAnswersDecideNothing() {
        assertThat(kind(execution(call(Habits.PLAIN, 1, 10, 100), -1, false)))
                .isEqualTo(Evidence.Kind.CHANGED);
        var repeated = call(Habits.PLAIN, 2, 10, 100);
        execution(repeated, 2, false);
        assertThat(kind(execution(repeated, 2, false))).isEqualTo(Evidence.Kind.REPEATED);
        var lost = call(Habits.PLAIN, 3, 10, 100);
        lost.inference.end = Truth.NEVER;
        assertThat(kind(execution(lost, 3, false))).isEqualTo(Evidence.Kind.ANSWER_LOST);
        var killed = execution(call(Habits.PLAIN, 4, 10, 100), 4, false);
        truth.kills.add(50L);
        assertThat(kind(killed)).isEqualTo(Evidence.Kind.KILLED);
    }

    private Evidence.Kind kind(Truth.Execution execution) {
        return new Evidence(truth).of(execution);
    }

    private Truth.Call call(Habits habits, int set, long issued, long closed) {
        var inference = new Truth.Inference(new Truth.Run(0, "s", habits, true, null), false);
        inference.end = issued + 1;
        inference.complete = true;
        var call =
                new Truth.Call(
                        inference,
                        new ToolCall("call_1", "t", "{}"),
                        Tool.SERVED.getFirst(),
                        set,
                        false);
        call.issued = issued;
        call.closed = closed;
        inference.calls.add(call);
        truth.calls.add(call);
        return call;
    }

    private Truth.Execution execution(Truth.Call call, int set, boolean idSent) {
        var execution =
                new Truth.Execution(
                        "s",
                        call.tool,
                        set,
                        call,
                        call.inference.run.habits,
                        "x",
                        "y",
                        call.issued + 5,
                        idSent);
        execution.end = call.issued + 10;
        call.executions.add(execution);
        truth.executions.add(execution);
        return execution;
    }
}
