package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.JournalRecord.Draft;
import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.linking.JournalRecord.SpanLink;
import dev.spangate.linking.ObservationType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The scorer must fail a linker that is wrong: here the records of a perfect one are spoilt.
class ScorerTest {
    private static Truth truth;
    private static List<JournalRecord> perfect;

    @BeforeAll
    static void oneWorld() {
        var traffic =
                Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                        .agents(4, 1)
                        .size(3, 3, 3)
                        .variety(2, 3);
        var world = new World(traffic, 7);
        world.run();
        truth = world.truth;
        perfect = Oracle.records(truth);
    }

    @Test
    void aPerfectLinkerMeetsEveryGoal() {
        var score = score(perfect);

        assertThat(score.executions).isGreaterThan(20);
        assertThat(score.certainRight).isEqualTo(score.executions);
        assertThat(score.evidentFound).isEqualTo(score.evident).isEqualTo(score.executions);
        assertThat(score.faults).isEmpty();
        assertThat(score.failed()).isFalse();
    }

    @Test
    void oneLinkToAnInferenceOfAnotherAgentFails() {
        var asked = linksOfTwoTraces();
        var spoilt =
                changed(
                        release -> release.links().equals(List.of(asked.get(0))),
                        release -> linked(release, asked.get(1)));

        assertWrong(spoilt, "linked to an inference of agent");
    }

    @Test
    void oneLinkToAnotherInferenceOfTheSameRunFails() {
        Truth.Run run =
                truth.runs.stream()
                        .filter(r -> r.inferences.size() > 2 && executed(r) != null)
                        .findFirst()
                        .orElseThrow();
        var execution = executed(run);
        var other =
                run.inferences.stream()
                        .filter(i -> i != execution.call.inference)
                        .findFirst()
                        .orElseThrow();
        var spoilt =
                changed(
                        release -> release.spanId().equals(execution.spanId),
                        release -> {
                            var link = release.links().getFirst();
                            return linked(
                                    release,
                                    new SpanLink(link.traceId(), other.spanId, link.attributes()));
                        });

        assertWrong(spoilt, "another inference of its run");
    }

    @Test
    void oneLinkToAnotherCallOfTheRightInferenceFailsUnlessItSaysByOrder() {
        var changed = anyTool();
        var wrongCall =
                changed(changed, release -> attribute(release, Spans.CALL_ID, "call_other"));
        assertWrong(wrongCall, "another call of the right inference");

        var byOrder =
                changed(
                        changed,
                        release ->
                                attribute(
                                        attribute(release, Spans.CALL_ID, "call_other"),
                                        Spans.CALL,
                                        "by-order"));
        assertThat(score(byOrder).wrong).isZero();
    }

    @Test
    void aProbableWrongLinkCountsAgainstThePrecisionOfProbable() {
        var asked = linksOfTwoTraces();
        var score =
                score(
                        changed(
                                release -> release.links().equals(List.of(asked.get(0))),
                                release ->
                                        attribute(
                                                linked(release, asked.get(1)),
                                                Spans.CONFIDENCE,
                                                "probable")));
        assertThat(score.precisionProbable()).isLessThan(1.0);
        assertThat(score.precisionCertain()).isEqualTo(1.0);
        assertThat(score.failed()).isTrue();
    }

    @Test
    void aRightLinkUnderAForeignTopSpanFails() {
        var release = firstRelease(anyTool());
        var elsewhere =
                firstRelease(r ->
                        type(r) == ObservationType.AGENT && !r.traceId().equals(release.traceId()));
        var spoilt =
                changed(
                        r -> r.spanId().equals(release.spanId()),
                        r -> placed(r, elsewhere.traceId(), elsewhere.spanId()));
        assertWrong(spoilt, "in another trace");
    }

    @Test
    void anUnlinkedExecutionUnderATopSpanFails() {
        var spoilt = changed(anyTool(), r -> attribute(linked(r, null), Spans.METHOD, "none"));
        assertWrong(spoilt, "unlinked, but under a run's top span");
    }

    @Test
    void unlinkedIsHonestButCountsAgainstRecallAndNeedsItsCandidates() {
        var honest =
                changed(
                        anyTool(),
                        r ->
                                attribute(
                                        attribute(
                                                placed(linked(r, null), "f".repeat(32), null),
                                                Spans.METHOD,
                                                "none"),
                                        Spans.CANDIDATES,
                                        "[]"));
        var score = score(honest);
        assertThat(score.wrong).isZero();
        assertThat(score.faults).isEmpty();
        assertThat(score.recall()).isLessThan(1.0);

        var silent =
                changed(
                        anyTool(),
                        r ->
                                attribute(
                                        placed(linked(r, null), "f".repeat(32), null),
                                        Spans.METHOD,
                                        "none"));
        assertThat(score(silent).faults.keySet()).anyMatch(fault -> fault.contains("candidates"));
    }

    @Test
    void twoRunsUnderOneTopSpanFail() {
        var tops = releases(r -> type(r) == ObservationType.AGENT);
        var first = tops.get(0);
        var second = tops.get(1);
        var spoilt =
                changed(
                        r -> second.spanId().equals(r.parentSpanId()),
                        r -> placed(r, first.traceId(), first.spanId()));
        assertWrong(spoilt, "under one top span");
    }

    @Test
    void anInferredExecutionOfACallThatWentThroughUsFails() {
        var tool = firstRelease(anyTool());
        var more = new ArrayList<>(perfect);
        more.add(draft("00000000000000ff"));
        more.add(
                attribute(
                        new Release(
                                "00000000000000ff",
                                tool.traceId(),
                                tool.parentSpanId(),
                                false,
                                false,
                                tool.run(),
                                tool.links(),
                                tool.attributes(),
                                null,
                                null,
                                null),
                        Spans.OBSERVED,
                        "inferred"));
        assertWrong(more, "inferred for a call that went through us");
    }

    @Test
    void anInferenceThatClaimsAResultItNeverSawFails() {
        var tool = firstRelease(anyTool());
        var spoilt =
                changed(
                        r -> r.spanId().equals(tool.links().getFirst().spanId()),
                        r -> linked(r, new SpanLink(tool.traceId(), tool.spanId(), Map.of())));
        assertWrong(spoilt, "whose result it never saw");
    }

    @Test
    void repeatedMissingAndOrphanedSpansAreFaults() {
        var twice = new ArrayList<>(perfect);
        twice.add(firstRelease(anyTool()));
        assertThat(score(twice).faults.keySet())
                .anyMatch(fault -> fault.contains("released twice"));

        var missing = new ArrayList<>(perfect);
        missing.remove(firstRelease(anyTool()));
        assertThat(score(missing).faults.keySet())
                .anyMatch(fault -> fault.contains("never released"));

        var orphaned = changed(anyTool(), r -> placed(r, r.traceId(), "00000000000000ee"));
        assertThat(score(orphaned).faults.keySet())
                .anyMatch(fault -> fault.contains("parent was never released"));
    }

    @Test
    void aTopSpanThatIsMissingOrDoubledIsAFault() {
        var top = firstRelease(r -> type(r) == ObservationType.AGENT);
        var bare =
                changed(
                        r -> top.spanId().equals(r.parentSpanId()),
                        r -> placed(r, r.traceId(), null));
        assertThat(score(bare).faults.keySet()).anyMatch(fault -> fault.contains("(T1)"));
        assertThat(score(bare).faults.keySet()).anyMatch(fault -> fault.contains("two roots"));
    }

    private static void assertWrong(List<JournalRecord> records, String why) {
        var score = score(records);
        assertThat(score.wrongs).anyMatch(wrong -> wrong.contains(why));
        assertThat(score.failed()).isTrue();
    }

    private static Score score(List<JournalRecord> records) {
        return Scorer.score(truth, Oracle.written(records));
    }

    private static Truth.Execution executed(Truth.Run run) {
        return run.inferences.stream()
                .flatMap(i -> i.calls.stream())
                .flatMap(call -> call.executions.stream())
                .findFirst()
                .orElse(null);
    }

    private static List<SpanLink> linksOfTwoTraces() {
        var all = releases(r -> type(r) == ObservationType.TOOL);
        var first = all.getFirst();
        int agent = agentOf(first);
        var other = all.stream().filter(r -> agentOf(r) != agent).findFirst().orElseThrow();
        return List.of(first.links().getFirst(), other.links().getFirst());
    }

    private static int agentOf(Release release) {
        return truth.inferences.stream()
                .filter(i -> i.spanId.equals(release.links().getFirst().spanId()))
                .findFirst()
                .orElseThrow()
                .run
                .agent;
    }

    /// The first tool span only.
    private static Predicate<Release> anyTool() {
        var first = releases(r -> type(r) == ObservationType.TOOL).getFirst();
        return r -> r.spanId().equals(first.spanId());
    }

    private static Release firstRelease(Predicate<Release> which) {
        return releases(which).getFirst();
    }

    private static List<Release> releases(Predicate<Release> which) {
        return perfect.stream()
                .filter(Release.class::isInstance)
                .map(Release.class::cast)
                .filter(which)
                .toList();
    }

    private static ObservationType type(Release release) {
        return perfect.stream()
                .filter(Draft.class::isInstance)
                .map(Draft.class::cast)
                .filter(d -> d.spanId().equals(release.spanId()))
                .findFirst()
                .orElseThrow()
                .type();
    }

    private static Draft draft(String span) {
        var like =
                (Draft) perfect.stream().filter(Draft.class::isInstance).findFirst().orElseThrow();
        return new Draft(
                span,
                ObservationType.TOOL,
                "execute_tool t",
                false,
                1,
                2,
                like.level(),
                null,
                false,
                0,
                null,
                null,
                null,
                null,
                null,
                like.cost(),
                like.attributes(),
                null);
    }

    private static List<JournalRecord> changed(
            Predicate<Release> which, UnaryOperator<Release> change) {
        var list = new ArrayList<JournalRecord>();
        boolean any = false;
        for (JournalRecord record : perfect) {
            boolean hit = record instanceof Release release && which.test(release);
            list.add(hit ? change.apply((Release) record) : record);
            any |= hit;
        }
        assertThat(any).as("the mutation hits something").isTrue();
        return list;
    }

    private static Release linked(Release r, SpanLink link) {
        return new Release(
                r.spanId(),
                r.traceId(),
                r.parentSpanId(),
                r.remoteParent(),
                r.appRoot(),
                r.run(),
                link == null ? List.of() : List.of(link),
                r.attributes(),
                r.draft(),
                r.keptFor(),
                r.evidence());
    }

    private static Release placed(Release r, String trace, String parent) {
        return new Release(
                r.spanId(),
                trace,
                parent,
                r.remoteParent(),
                r.appRoot(),
                r.run(),
                r.links(),
                r.attributes(),
                r.draft(),
                r.keptFor(),
                r.evidence());
    }

    private static Release attribute(Release r, String key, String value) {
        var attributes = new HashMap<>(r.attributes());
        attributes.put(key, value);
        return new Release(
                r.spanId(),
                r.traceId(),
                r.parentSpanId(),
                r.remoteParent(),
                r.appRoot(),
                r.run(),
                r.links(),
                attributes,
                r.draft(),
                r.keptFor(),
                r.evidence());
    }
}
