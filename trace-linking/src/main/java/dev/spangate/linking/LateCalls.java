package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a journal tells of calls before it tells the calls themselves: an answer's calls stand in
/// the record of its end, but its client may have acted on them while it still streamed.
final class LateCalls {
    private final Map<String, List<Inference>> brought = new HashMap<>();
    private final Map<Run, String> parents = new LinkedHashMap<>();

    /// An inference brought the result of a call that is not known yet.
    void brought(String call, Inference by) {
        brought.computeIfAbsent(call, _ -> new ArrayList<>(1)).add(by);
    }

    /// A sub-agent works for a call, which may not be known yet (rule R4).
    void parent(Run run, String ref, @Nullable Call call) {
        if (call != null) {
            NewRuns.adopt(call, run);
        } else {
            parents.put(run, ref);
        }
    }

    /// The call is known now.
    void known(Call call) {
        var by = brought.remove(Snapshots.ref(call));
        if (by == null) {
            return;
        }
        for (var node : by) {
            List<Call> more = new ArrayList<>(node.brought);
            more.add(call);
            node.brought = more;
            call.carried |= node.answered;
        }
    }

    /// Everything has been read. A call that died with its answer leaves its sub-agent below the
    /// top span of its run, which therefore has one.
    ///
    /// @param calls finds a call by its reference
    /// @param nodes finds an inference by its span id
    void adopt(
            Function<String, @Nullable Call> calls, Function<String, @Nullable Inference> nodes) {
        parents.forEach((run, ref) -> {
            var call = calls.apply(ref);
            var issuer = nodes.apply(ref.substring(0, ref.lastIndexOf(':')));
            if (run.parentCall != null) {
                return;
            }
            if (call != null) {
                NewRuns.adopt(call, run);
            } else if (issuer != null) {
                run.takesUp = true;
                run.above = issuer.run.topSpanId;
                issuer.run.topped = true;
                long from = Math.min(run.startNanos, run.lastActivity);
                issuer.run.covers(from, Math.max(from, run.endNanos));
            }
        });
    }
}
