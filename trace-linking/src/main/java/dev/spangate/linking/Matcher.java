package dev.spangate.linking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Narrows the calls that an execution may answer (rule L1): a pure function over plain records.
final class Matcher {
    private Matcher() {}

    /// A call that an execution may answer, as far as narrowing needs it.
    ///
    /// @param call the call itself, opaque here
    /// @param inference names the inference that issued it
    /// @param name the model-side name
    /// @param ids session and thread ids of that inference by kind
    /// @param traceId the caller's trace id of that inference
    /// @param equalArguments canonical arguments are equal (rule L3)
    /// @param open rule R6
    /// @param named its id is the one that the execution names
    /// @param random that id proves alone
    /// @param several its name resolves to several servers (rule L2)
    record Candidate(
            Call call,
            long inference,
            String name,
            Map<String, String> ids,
            @Nullable String traceId,
            boolean equalArguments,
            boolean open,
            boolean named,
            boolean random,
            boolean several) {}

    /// The outcome.
    ///
    /// @param fitting calls that the evidence connects with the execution
    /// @param hit one fitting call, or all are in one inference under one name
    /// @param atOnce final at once (rule L5)
    /// @param resultOnly only a result links
    /// @param method what found it
    record Narrowed(
            List<Call> fitting, boolean hit, boolean atOnce, boolean resultOnly, Method method) {
        static final Narrowed NOTHING = new Narrowed(List.of(), false, false, false, Method.NONE);

        private static Narrowed onlyResults(List<Candidate> fitting) {
            return new Narrowed(calls(fitting), false, false, true, Method.RESULT);
        }
    }

    /// @param found open calls with equal arguments, and every call with the id that is named
    /// @param namesId the execution names a call id under a configured key
    static Narrowed narrow(
            List<Candidate> found,
            boolean namesId,
            Map<String, String> ids,
            @Nullable String traceId) {
        var agreeing = found.stream().filter(c -> agree(c.ids(), ids)).toList();
        var equal = agreeing.stream().filter(c -> c.open() && c.equalArguments()).toList();
        if (!namesId) {
            return byArguments(equal, ids, traceId);
        }
        var named = agreeing.stream().filter(Candidate::named).toList();
        if (named.isEmpty()) {
            return Narrowed.onlyResults(equal);
        }
        if (named.size() == 1 && named.getFirst().random()) {
            return byRandomId(named.getFirst(), equal);
        }
        var narrowed = equal.stream().filter(Candidate::named).toList();
        return narrowed.isEmpty()
                ? Narrowed.onlyResults(equal)
                : found(narrowed, Method.CALL_ID, false);
    }

    /// A call id outweighs differing arguments, unless another open call has exactly these.
    private static Narrowed byRandomId(Candidate named, List<Candidate> equal) {
        if (named.equalArguments() || equal.isEmpty()) {
            return new Narrowed(List.of(named.call()), true, true, false, Method.CALL_ID);
        }
        List<Candidate> conflict = new ArrayList<>(equal);
        conflict.add(named);
        return Narrowed.onlyResults(conflict);
    }

    private static Narrowed byArguments(
            List<Candidate> equal, Map<String, String> ids, @Nullable String traceId) {
        var fitting = byTrace(equal, traceId);
        boolean session =
                !fitting.isEmpty() && fitting.stream().allMatch(c -> shares(c.ids(), ids));
        boolean trace =
                traceId != null
                        && !fitting.isEmpty()
                        && fitting.stream().allMatch(c -> traceId.equals(c.traceId()));
        var method = session ? Method.SESSION : trace ? Method.TRACE_CONTEXT : Method.ARGUMENTS;
        return found(fitting, method, session && fitting.size() == 1);
    }

    private static Narrowed found(List<Candidate> fitting, Method method, boolean atOnce) {
        if (fitting.isEmpty()) {
            return Narrowed.NOTHING;
        }
        if (fitting.stream().anyMatch(Candidate::several)) {
            return Narrowed.onlyResults(fitting);
        }
        return new Narrowed(calls(fitting), oneInference(fitting), atOnce, false, method);
    }

    /// A trace id narrows among calls with equal arguments if all of them carried one.
    private static List<Candidate> byTrace(List<Candidate> equal, @Nullable String traceId) {
        if (traceId == null || equal.stream().anyMatch(c -> c.traceId() == null)) {
            return equal;
        }
        var same = equal.stream().filter(c -> traceId.equals(c.traceId())).toList();
        return same.isEmpty() ? equal : same;
    }

    private static boolean oneInference(List<Candidate> fitting) {
        var first = fitting.getFirst();
        return fitting.stream()
                .allMatch(c -> c.inference() == first.inference() && c.name().equals(first.name()));
    }

    /// Ids of the same kind do not differ.
    static boolean agree(Map<String, String> one, Map<String, String> other) {
        for (var id : one.entrySet()) {
            var theirs = other.get(id.getKey());
            if (theirs != null && !theirs.equals(id.getValue())) {
                return false;
            }
        }
        return true;
    }

    static boolean shares(Map<String, String> one, Map<String, String> other) {
        return one.entrySet().stream().anyMatch(id -> id.getValue().equals(other.get(id.getKey())));
    }

    private static List<Call> calls(List<Candidate> candidates) {
        return candidates.stream().map(Candidate::call).distinct().toList();
    }
}
