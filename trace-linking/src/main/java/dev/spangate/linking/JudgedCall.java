package dev.spangate.linking;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A call that an execution may have answered, as it was judged: plain values, so that keeping it
/// keeps nothing else alive (rule L11).
///
/// @param id its id, if it has one; cut where it is long
/// @param name the model-side name
/// @param inferenceSpanId the answer that held it
/// @param traceId that answer's trace
/// @param issuedNanos when it may have left us
/// @param linked the execution was linked to it
/// @param takenBy another execution that was linked to it
/// @param clues what speaks for it and against it
record JudgedCall(
        @Nullable String id,
        String name,
        String inferenceSpanId,
        String traceId,
        long issuedNanos,
        boolean linked,
        @Nullable String takenBy,
        Set<Clue> clues) {

    static JudgedCall of(Scope scope, Execution execution, Call call) {
        var clues = EnumSet.noneOf(Clue.class);
        names(execution, call, clues);
        compares(execution, call, clues);
        ages(scope, execution, call, clues);
        echoes(execution, call, clues);
        var id = call.id();
        return new JudgedCall(
                id == null ? null : Judgement.cut(id),
                Judgement.cut(call.name()),
                call.by.spanId,
                call.run().traceId(),
                call.issuedNanos,
                call == execution.call,
                takenBy(execution, call, clues),
                clues);
    }

    private static void names(Execution execution, Call call, Set<Clue> clues) {
        var named = execution.facts.callIds();
        var id = call.id();
        if (id != null && named.contains(id)) {
            clues.add(Clue.NAMED);
            if (!call.random || call.sameId != null || call.newerSameId != null) {
                clues.add(Clue.WEAK_ID);
            }
        } else if (!named.isEmpty()) {
            clues.add(id == null ? Clue.WITHOUT_ID : Clue.OTHER_NAMED);
        }
    }

    private static void compares(Execution execution, Call call, Set<Clue> clues) {
        var facts = execution.facts;
        if (!means(execution, call, clues)) {
            clues.add(Clue.OTHER_TOOL);
        } else {
            boolean equal =
                    (execution.fits(call) && !clues.contains(Clue.NAMED))
                            || Executions.equal(call, execution.tool, facts);
            clues.add(equal ? Clue.EQUAL_ARGUMENTS : Clue.OTHER_ARGUMENTS);
        }
        if (!Matcher.agree(call.ids(), execution.ids())) {
            clues.add(Clue.OTHER_SESSION);
        } else if (Matcher.shares(call.ids(), execution.ids())) {
            clues.add(Clue.SAME_SESSION);
        }
        if (facts.traceId() != null && call.by.traceId != null) {
            boolean same = facts.traceId().equals(call.by.traceId);
            clues.add(same ? Clue.SAME_TRACE : Clue.OTHER_TRACE);
        }
    }

    private static boolean means(Execution execution, Call call, Set<Clue> clues) {
        boolean means = execution.fits(call);
        for (var entry : call.entries()) {
            if (execution.tool.groups.contains(entry.group)) {
                means = true;
                if (entry.group.several) {
                    clues.add(Clue.SEVERAL_SERVERS);
                }
            }
        }
        return means;
    }

    private static void ages(Scope scope, Execution execution, Call call, Set<Clue> clues) {
        long window = scope.engine.config().window().toNanos();
        if (call.issuedNanos < execution.facts.startNanos() - window) {
            clues.add(Clue.TOO_OLD);
        }
        if (execution.closedBefore.contains(call)) {
            clues.add(Clue.CLOSED_BEFORE);
        }
    }

    private static void echoes(Execution execution, Call call, Set<Clue> clues) {
        boolean byResult = execution.certain && !execution.narrowed.atOnce();
        if (call == execution.call && byResult) {
            clues.add(Clue.ECHO_PROVES);
        } else if (execution.alike.contains(call)) {
            clues.add(Clue.ECHO_HOLDS);
        } else if (execution.certain || execution.closedBefore.contains(call)) {
            return; // what decides is told already
        } else if (call.echoed) {
            if (call.echoClue != null) {
                clues.add(call.echoClue);
            }
        } else {
            clues.add(call.open ? Clue.UNECHOED : Clue.CLOSED_UNECHOED);
        }
    }

    private static @Nullable String takenBy(Execution execution, Call call, Set<Clue> clues) {
        if (call.crowded) {
            clues.add(Clue.CROWDED);
        }
        if (call != execution.call && !call.linked.isEmpty()) {
            clues.add(Clue.TAKEN);
            return call.linked.getFirst().span.spanId();
        }
        if (!execution.certain
                && call.executions.stream().anyMatch(e -> e != execution && !e.certain)) {
            clues.add(Clue.RIVALS);
        }
        return null;
    }
}
