package dev.spangate.linking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rules S1 to S6 with a log that moves when the test says so.
final class SharedLinkingTest extends SharedFixture {
    /// S1
    @Test
    void askedOnOneExecutedOnAnotherAnsweredOnAThird() {
        var first = asks(a, "go");
        answers(first, search(ID, "x"));
        stage.settle();
        var execution = executes(b, "{\"q\":\"x\"}");
        done(execution, TEXT);
        stage.settle();
        result(ID, TEXT);
        var last = ask(c);
        answers(last);
        stage.settle();

        var asked = a.journal.released(first.span());
        var tool = b.journal.released(execution.span());
        var answered = c.journal.released(last.span());
        var top = tops(c.journal).getFirst();
        assertThat(List.of(asked, tool, answered))
                .allSatisfy(span -> {
                    assertThat(span.traceId()).isEqualTo(top.traceId());
                    assertThat(span.parentSpanId()).isEqualTo(top.spanId());
                    assertThat(span.run()).isEqualTo(top.run());
                });
        assertThat(Recorded.confidence(tool)).isEqualTo("certain");
        assertThat(tops(stage.all())).as("emitted once, by whose step ended the run").hasSize(1);
        assertThat(c.journal.draft(top).outputFrom()).isEqualTo(last.span().spanId());
        assertThat(c.journal.draft(top).inputFrom())
                .as("content that lies here")
                .isEqualTo(last.span().spanId());
    }

    /// A caller whose spans carry no content says so once; the others hear it from the log.
    @Test
    void howMuchContentACallerShowsIsKnownToWhoeverEndsItsRun() {
        var origin =
                new Origin(
                        "team",
                        "team",
                        null,
                        null,
                        null,
                        null,
                        Map.of(),
                        null,
                        TraceMode.JOIN,
                        List.of(),
                        null,
                        "",
                        Map.of(),
                        Capture.METADATA);
        history.add(Message.text(Message.Role.USER, "go"));
        answers(a.linker.start(asking(history, origin)), search(ID, "x"));
        stage.settle();
        result(ID, TEXT);
        answers(ask(c));
        stage.settle();

        var top = c.journal.draft(tops(c.journal).getFirst());
        assertThat(top.attributes()).containsEntry(Capture.ATTRIBUTE, "metadata");
    }

    /// Content stays where it was: nobody writes another's drafts (S3).
    @Test
    void everyReplicaWritesItsOwnSpansAlone() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        done(executes(b, "{\"q\":\"x\"}"), TEXT);
        stage.settle();

        assertThat(a.journal.drafts()).hasSize(1);
        assertThat(b.journal.drafts()).hasSize(1);
        assertThat(c.journal.drafts()).isEmpty();
        assertThat(stage.entries)
                .as("the store holds no content (S5)")
                .noneMatch(entry -> entry.text().contains("long enough"));
    }

    /// S1, S4: the replica that began the run is killed.
    @Test
    void theRunGoesOnWithoutTheReplicaThatBeganIt() {
        var first = asks(a, "go");
        answers(first, search(ID, "x"));
        stage.settle();
        var before = a.journal.released(first.span());
        stage.kill(a);
        var execution = executes(b, "{\"q\":\"x\"}", "callId", ID);
        stage.pass(2_500); // a does not answer: it is left out
        done(execution, TEXT);
        stage.settle();
        result(ID, TEXT);
        var last = ask(c);
        stage.pass(2_500);
        answers(last);
        stage.settle();

        var top = tops(c.journal).getFirst();
        assertThat(before.parentSpanId()).isEqualTo(top.spanId());
        assertThat(b.journal.released(execution.span()).parentSpanId()).isEqualTo(top.spanId());
        assertThat(tops(stage.all())).hasSize(1);
    }

    /// S4: on idleness the one that tells the time, without content, marked.
    @Test
    void aRunThatFallsSilentGetsItsTopFromOneOfThem() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        stage.pass(11 * 60_000);

        var all = stage.all();
        var top = tops(all).getFirst();
        assertThat(tops(all)).hasSize(1);
        assertThat(all.draft(top).inputFrom()).isNull();
        assertThat(all.draft(top).attributes())
                .containsEntry("spangate.run.end", "idle")
                .containsEntry("spangate.run.emitted", "lease");
    }

    /// S4: whoever emits it, id and times are the same.
    @Test
    void idsAndTimesOfATopDoNotDependOnWhoEmitsIt() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        String parent = a.journal.releases().getFirst().parentSpanId();
        stage.kill(a);
        stage.kill(b);
        stage.pass(11 * 60_000);

        assertThat(tops(c.journal)).hasSize(1);
        assertThat(tops(c.journal).getFirst().spanId()).isEqualTo(parent);
    }

    /// S2: no answer of the store, no waiting; the span stands for itself, unlinked. S5: it
    /// recovers alone, and says nothing twice. L5 with S: where a replica did not answer nothing is
    /// proved by what is left. S6: the call was told late, but before the execution was placed.
    @Test
    void aCallOfAnInferenceThatWasInFlightIsACandidateThoughItWasToldLate() {
        var first = asks(a, "go");
        stage.settle();
        a.cut = true;
        answers(first, search(ID, "x")); // has reached the client, not the store
        var execution = executes(b, "{\"q\":\"x\"}", "callId", ID);
        stage.settle();
        a.cut = false;
        stage.settle();
        done(execution, TEXT);
        stage.settle();

        assertThat(Recorded.method(b.journal.released(execution.span()))).isEqualTo("call-id");
    }

    /// S3: the echo is compared where its words are, and the holder releases on notice.
    @Test
    void aResultThatIsEchoedElsewhereProvesTheLink() {
        answers(asks(a, "go"), search(ID, "x"), search(OTHER, "x"));
        stage.settle();
        var one = executes(b, "{\"q\":\"x\"}");
        var two = executes(c, "{\"q\":\"x\"}");
        stage.settle();
        done(one, "the first text, long enough to count");
        done(two, "the second text, long enough to count");
        stage.settle();
        result(ID, "the second text, long enough to count");
        result(OTHER, "the first text, long enough to count");
        answers(ask(a));
        stage.settle();

        assertThat(b.journal.released(one.span()).attributes())
                .containsEntry("gen_ai.tool.call.id", OTHER)
                .containsEntry("spangate.link.confidence", "certain");
        assertThat(c.journal.released(two.span()).attributes())
                .containsEntry("gen_ai.tool.call.id", ID);
    }

    /// S3: a verdict waits for its holder, also across its restart. S5: emptied. What is held
    /// stands for itself, the opener shows what there was of a run. What the store does not take
    /// any more is given up, not kept for ever. L11: another caller's entries change nothing.
    @Test
    void callersStayApart() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        var foreign =
                b.linker.start(
                        new ToolStart(
                                Origin.of("others"),
                                "/mcp",
                                "srv",
                                "search",
                                "{\"q\":\"x\"}",
                                Map.of("callId", ID),
                                null,
                                Map.of()));
        done(foreign, TEXT);
        stage.pass(6_000);

        assertThat(Recorded.method(b.journal.released(foreign.span()))).isEqualTo("none");
    }

    /// All of them compute the same state. Rule T1 holds across replicas: a lone inference has no
    /// top span.
    @Test
    void aLoneInferenceStandsAlone() {
        var only = asks(a, "hello");
        answers(only);
        stage.settle();

        assertThat(a.journal.released(only.span()).parentSpanId()).isNull();
        assertThat(tops(stage.all())).isEmpty();
    }

    /// Samplers count on it: a run is told where spans of it are, before them and after them.
    @Test
    void aReplicaTellsOfTheRunsThatItHasSpansOf() {
        answers(asks(a, "go"), search(ID, "x"));
        stage.settle();
        done(executes(b, "{\"q\":\"x\"}", "callId", ID), TEXT);
        stage.settle();
        result(ID, TEXT);
        answers(ask(a));
        stage.settle();

        assertThat(states(b)).containsExactly("run-opened", "run-ended");
        assertThat(states(c)).isEmpty();
    }

    private static List<String> states(SharedStage.Node node) {
        return node.journal.records.stream()
                .filter(JournalRecord.State.class::isInstance)
                .map(entry -> ((JournalRecord.State) entry).kind())
                .filter(kind -> kind.startsWith("run-"))
                .toList();
    }
}
