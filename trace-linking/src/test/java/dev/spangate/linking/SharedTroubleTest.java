package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Rules S2, S3 and S5: stores and replicas that do not answer, restarts, an emptied store.
final class SharedTroubleTest extends SharedFixture {
    @Test
    void withoutTheStoreEverythingStandsForItself() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        b.cut = true;
        var execution = executes(b, "{\"q\":\"x\"}", "callId", ID);
        done(execution, TEXT);
        var inference = b.linker.start(asking(List.of(Message.text(Message.Role.USER, "hm"))));
        answers(inference);
        stage.pass(6_000);

        var tool = b.journal.released(execution.span());
        assertThat(Recorded.method(tool)).isEqualTo("none");
        assertThat(tool.traceId()).isEqualTo(execution.span().traceId());
        assertThat(tool.parentSpanId()).isNull();
        assertThat(b.journal.released(inference.span()).parentSpanId()).isNull();
    }

    @Test
    void afterAnOutageNothingIsToldTwiceAndLinksWorkAgain() {
        b.cut = true;
        var lonely = executes(b, "{\"q\":\"x\"}");
        done(lonely, TEXT);
        stage.pass(6_000);
        b.cut = false;
        stage.pass(40_000);
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        var execution = executes(b, "{\"q\":\"x\"}", "callId", ID);
        done(execution, TEXT);
        stage.settle();

        assertThat(b.journal.release(lonely.span().spanId())).isPresent(); // asserts: only once
        assertThat(Recorded.method(b.journal.released(execution.span()))).isEqualTo("call-id");
    }

    @Test
    void nothingIsProbableNearAReplicaThatDidNotAnswer() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        c.cut = true; // may know of another call
        var execution = executes(b, "{\"q\":\"x\"}");
        stage.pass(2_500);
        done(execution, TEXT);
        stage.settle();
        result(ID, "something else altogether, told by the agent");
        answers(ask(a));
        stage.pass(2_500);

        assertThat(Recorded.method(b.journal.released(execution.span()))).isEqualTo("none");
    }

    @Test
    void theSameIsProbableWhereEverybodyAnswered() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        var execution = executes(b, "{\"q\":\"x\"}");
        stage.settle();
        done(execution, TEXT);
        stage.settle();
        result(ID, "something else altogether, told by the agent");
        answers(ask(a));
        stage.pass(2_500);

        var release = b.journal.released(execution.span());
        assertThat(Recorded.confidence(release)).isEqualTo("probable");
    }

    @Test
    void aHolderThatWasAwayFindsThePlaceOfItsSpan() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        var execution = executes(b, "{\"q\":\"x\"}");
        stage.settle();
        done(execution, TEXT);
        stage.settle();
        assertThat(b.journal.release(execution.span().spanId())).as("held").isEmpty();
        stage.kill(b);
        result(ID, TEXT);
        var last = ask(a);
        stage.pass(2_500);
        answers(last);
        stage.pass(15_000);

        var again = stage.node("b2", b.journal.records);
        stage.pass(30_000);

        var release = again.journal.releases().getFirst();
        assertThat(release.spanId()).isEqualTo(execution.span().spanId());
        assertThat(again.journal.release(release.spanId())).as("once").isPresent();
        assertThat(Places.text(release)).isEqualTo(stage.kept.get(release.spanId()));
        assertThat(Recorded.method(release))
                .as("near a kill nothing is proved (L5)")
                .isEqualTo("none");
    }

    @Test
    void anEmptiedStoreLeavesNothingWithoutAParent() {
        var first = asks(a, "go");
        answers(first, search(ID, "x"));
        stage.settle();
        var execution = executes(b, "{\"q\":\"x\"}");
        stage.settle();
        done(execution, TEXT);
        stage.settle();
        stage.flush();

        var all = stage.all();
        assertThat(tops(all)).hasSize(1);
        assertThat(a.journal.released(first.span()).parentSpanId())
                .isEqualTo(tops(a.journal).getFirst().spanId());
        assertThat(b.journal.release(execution.span().spanId())).isPresent();

        history.clear();
        answers(asks(c, "again"), search(OTHER, "y"));
        stage.settle();
        var next = executes(b, "{\"q\":\"y\"}", "callId", OTHER);
        done(next, TEXT);
        stage.settle();
        assertThat(Recorded.method(b.journal.released(next.span()))).isEqualTo("call-id");
    }

    @Test
    void aFullQueueDetachesWhatIsOpen() {
        b.full = true;
        var execution = executes(b, "{\"q\":\"x\"}");
        done(execution, TEXT);

        assertThat(Recorded.method(b.journal.released(execution.span()))).isEqualTo("none");
    }

    @Test
    void anUnreadableEntryIsCountedAndTheOthersAreRead() {
        stage.entries.add(new SharedLog.Entry(stage.entries.size() + 1, 1, "x", "no json"));
        stage.entries.add(new SharedLog.Entry(stage.entries.size() + 1, 1, "x", "{\"k\":1}"));
        stage.settle();
        answers(asks(a, "go"), search(ID, "x"));
        stage.pass(2_500);

        assertThat(a.linker.stats().faults()).isPositive();
        assertThat(b.linker.stats().openCalls()).isEqualTo(1);
        assertThat(c.linker.stats().openCalls()).isEqualTo(1);
    }

    @Test
    void aReplicaThatComesLaterKnowsWhatTheOthersKnow() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        var late = stage.node("d");
        stage.settle();

        assertThat(late.linker.stats().openCalls()).isEqualTo(1);
        assertThat(late.linker.stats().liveRuns()).isEqualTo(1);
        var execution = executes(late, "{\"q\":\"x\"}", "callId", ID);
        done(execution, TEXT);
        stage.settle();
        assertThat(Recorded.method(late.journal.released(execution.span()))).isEqualTo("call-id");
    }
}
