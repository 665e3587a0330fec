package dev.spangate.benchmarks.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Decides, from the truth alone, whether the wire held enough to know an execution's call.
///
/// Deliberately stricter than the rules: an execution counts as decidable only where its call id,
/// its text or its arguments leave no doubt whatever the order of events was. A linker may know
/// more than this; it must never know less.
final class Evidence {
    /// What decides, or what is missing.
    enum Kind {
        /// The execution carried an id that one answer alone issued.
        CALL_ID,
        /// The echo of a recognisable call holds a text that no other execution gave.
        RESULT,
        /// No other call or execution of this caller with these arguments overlaps it.
        ARGUMENTS,
        /// No call that the gateway saw asked for it.
        NO_CALL,
        /// The answer that asked for it was never recorded, or not read where it held the call.
        ANSWER_LOST,
        /// Equal calls were open, or equal executions ran, and no text tells them apart.
        EQUAL_CALLS,
        /// The client changed the arguments and no text tells.
        CHANGED,
        /// The model-side name means a tool of several servers: only a text could tell.
        SEVERAL_SERVERS,
        /// Tried again, or a call id of somebody else: only a text could tell.
        REPEATED,
        /// The linker held fewer calls than were open.
        EVICTED,
        /// A kill or something unread was near: a call may be missing, so arguments alone prove
        /// nothing.
        KILLED;

        boolean decides() {
            return this == CALL_ID || this == RESULT || this == ARGUMENTS;
        }
    }

    private static final long WINDOW = 100 * SimClock.SECOND;

    /// Longer than `linking.window`.
    private static final long MISSING = 150 * SimClock.SECOND;

    /// A little less than the silence after which a run ends, and with it its calls.
    private static final long IDLE = 9L * 60 * SimClock.SECOND;

    private final Truth truth;
    private final Set<String> perServer = new HashSet<>();
    private final Map<String, List<Truth.Call>> callsByKey = new HashMap<>();
    private final Map<String, List<Truth.Execution>> executionsByKey = new HashMap<>();

    Evidence(Truth truth) {
        this.truth = truth;
        for (Truth.Call call : truth.calls) {
            if (call.issued != Truth.NEVER && !call.byProvider && !call.tool.local()) {
                callsByKey.computeIfAbsent(key(call), _ -> new ArrayList<>()).add(call);
            }
        }
        for (Truth.Execution execution : truth.executions) {
            executionsByKey.computeIfAbsent(key(execution), _ -> new ArrayList<>()).add(execution);
            if (execution.habits.perServer()) {
                perServer.add(execution.scope);
            }
        }
    }

    Kind of(Truth.Execution execution) {
        Truth.Call call = execution.call;
        if (call == null) {
            return Kind.NO_CALL;
        }
        if (!call.inference.recorded() || call.unread) {
            return Kind.ANSWER_LOST;
        }
        if (truth.evictions) {
            return Kind.EVICTED;
        }
        if (truth.troubled(call.inference.start, execution.end)) {
            return Kind.KILLED;
        }
        if (execution.callIdSent && execution.habits.ids().unique()) {
            return Kind.CALL_ID;
        }
        if (resultTells(execution, call)
                && !missingNear(execution, call.issued, settled(execution, call))) {
            return Kind.RESULT;
        }
        return argumentsTell(execution, call);
    }

    /// Every later inference of the run carries a result of the one before under a random id.
    static boolean continuous(Truth.Run run, Truth truth) {
        if (!run.inferences.isEmpty()
                && truth.troubled(run.inferences.getFirst().start, run.inferences.getLast().end)) {
            return false;
        }
        boolean quick =
                run.inferences.isEmpty()
                        || run.inferences.getLast().start - run.inferences.getFirst().start < IDLE;
        return run.habits.ids().unique()
                && (quick || run.habits.echo() != EchoStyle.USER_TEXT)
                && run.inferences.stream().allMatch(i -> i.recorded() && i.complete && !i.paused)
                && run.inferences.stream()
                        .skip(1)
                        .allMatch(i -> i.echoed.stream().anyMatch(call -> !call.unread));
    }

    private static boolean resultTells(Truth.Execution execution, Truth.Call call) {
        EchoStyle echo = call.echo;
        return execution.kind.unique()
                && execution.delivered
                && !execution.failed
                && !execution.earlierAttempt()
                && call.inference.complete
                && echo != null
                && echo.tells()
                && !call.echoedOtherwise
                && call.closed != Truth.NEVER
                && call.closed - execution.end < IDLE
                && execution.start - call.issued < IDLE
                && (echo != EchoStyle.USER_TEXT || call.inference.clientCalls().size() == 1)
                && (execution.set >= 0 || echo != EchoStyle.TRUNCATED)
                && recognisable(call);
    }

    /// Changed arguments are decided when every other call of that tool has closed.
    private static long settled(Truth.Execution execution, Truth.Call call) {
        return execution.set < 0 ? Truth.NEVER : call.closed;
    }

    /// Something of this caller may be missing near the call: a kill, or what was not read.
    private boolean missingNear(Truth.Execution execution, long from, long until) {
        var unread = truth.unread.getOrDefault(execution.scope, List.of());
        return Stream.concat(truth.kills.stream(), unread.stream())
                .anyMatch(at -> at > from - MISSING && at - IDLE - WINDOW < until);
    }

    /// Its echo can be told to be its own: a random id, or the same messages before it.
    private static boolean recognisable(Truth.Call call) {
        Truth.Run run = call.inference.run;
        return run.habits.ids().unique()
                || (run.habits.history().stableWithinRun()
                        && run.distinctPrompt
                        && run.habits.echo() != EchoStyle.USER_TEXT);
    }

    private Kind argumentsTell(Truth.Execution execution, Truth.Call call) {
        if (execution.set < 0) {
            return Kind.CHANGED;
        }
        if (serverUnclear(execution)) {
            return Kind.SEVERAL_SERVERS;
        }
        boolean foreignId =
                execution.habits.hint().callId() && !execution.callIdSent && call.told.id() != null;
        if (call.executions.size() > 1 || foreignId || !call.inference.complete) {
            return Kind.REPEATED;
        }
        if (execution.start - call.issued > WINDOW) {
            return Kind.EQUAL_CALLS;
        }
        long from = call.issued;
        long until = Math.max(closed(call), execution.end);
        if (missingNear(execution, from, until)) {
            return Kind.KILLED;
        }
        return alone(execution, call, from, until) ? Kind.ARGUMENTS : Kind.EQUAL_CALLS;
    }

    /// Two servers have a tool of this name, and agents of this caller use their endpoints.
    private boolean serverUnclear(Truth.Execution execution) {
        String name = execution.tool.name();
        return Tool.SERVED.stream().filter(tool -> tool.name().equals(name)).count() > 1
                && perServer.contains(execution.scope);
    }

    private boolean alone(Truth.Execution execution, Truth.Call call, long from, long until) {
        int calls = 0;
        for (Truth.Call other : callsByKey.getOrDefault(key(call), List.of())) {
            if (other.inference == call.inference) {
                calls++;
            } else if (other.issued <= until
                    && closed(other) >= from
                    && !otherSession(execution, other.inference.run.habits, other)) {
                return false;
            }
        }
        int executions = 0;
        for (Truth.Execution other : executionsByKey.getOrDefault(key(execution), List.of())) {
            boolean same = other.call != null && other.call.inference == call.inference;
            long otherEnd = other.call == null ? Truth.NEVER : closed(other.call);
            if (same) {
                executions++;
            } else if (other.start <= until
                    && otherEnd >= from
                    && !(sessions(execution.habits)
                            && sessions(other.habits)
                            && !execution.session.equals(other.session))) {
                return false;
            }
        }
        return executions <= calls;
    }

    /// Both legs of both agents name a session, and not the same one.
    private static boolean otherSession(
            Truth.Execution execution, Habits habits, Truth.Call other) {
        return sessions(execution.habits)
                && sessions(habits)
                && other.executions.stream().noneMatch(e -> e.session.equals(execution.session))
                && !other.executions.isEmpty();
    }

    private static boolean sessions(Habits habits) {
        return habits.hint() == Hint.SESSION || habits.hint() == Hint.CODEX;
    }

    private static long closed(Truth.Call call) {
        return recognisable(call) ? call.closed : Truth.NEVER;
    }

    private static String key(Truth.Call call) {
        return call.inference.run.scope + ' ' + call.tool.name() + ' ' + call.set;
    }

    private static String key(Truth.Execution execution) {
        return execution.scope + ' ' + execution.tool.name() + ' ' + execution.set;
    }
}
