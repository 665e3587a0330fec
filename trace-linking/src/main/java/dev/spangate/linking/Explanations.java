package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Why the latest executions of one link scope were linked, or not (rule L10). Guarded by the
/// scope's lock; bounded by number and age, so that nobody's flood costs another's explanations
/// (rule L11).
///
/// Executions are judged once more whenever somebody asks until their link is final; then plain
/// values are kept. Certain links are asked for less: they make room for the others.
final class Explanations {
    private static final int MAX_OPEN = 5_000;
    private static final int MAX_CERTAIN = 5_000;
    private static final int MAX_OTHERS = 20_000;
    private static final int MAX_FOUND = 100;
    private static final int MAX_NEAR = 8;
    private static final int MAX_META = 16;
    private static final int MAX_KEY = 128;
    private static final long KEPT = Duration.ofHours(24).toNanos();

    private final Scope scope;
    private final Map<String, Execution> open = new LinkedHashMap<>();
    private final LinkedHashMap<String, Judgement> certain = new LinkedHashMap<>();
    private final LinkedHashMap<String, Judgement> others = new LinkedHashMap<>();

    Explanations(Scope scope) {
        this.scope = scope;
    }

    /// An execution has begun.
    void begun(Execution execution) {
        open.put(execution.span.spanId(), execution);
        if (open.size() > MAX_OPEN) {
            open.remove(open.keySet().iterator().next());
        }
    }

    /// Its link is final.
    void decided(Execution execution) {
        String spanId = execution.span.spanId();
        if (open.remove(spanId) == null) {
            return;
        }
        var judged = Judgement.of(scope, execution);
        var kept = judged.certain() ? certain : others;
        kept.put(spanId, judged);
        if (kept.size() > (judged.certain() ? MAX_CERTAIN : MAX_OTHERS)) {
            kept.pollFirstEntry();
        }
    }

    void tick(long now) {
        forget(certain, now - KEPT);
        forget(others, now - KEPT);
    }

    private static void forget(SequencedMap<String, Judgement> kept, long before) {
        while (!kept.isEmpty() && kept.firstEntry().getValue().startNanos() < before) {
            kept.pollFirstEntry();
        }
    }

    /// Calls that an execution did not fit, and which people would ask about: the one whose id it
    /// names, the newest open ones of its tool, else the newest open ones of any tool.
    void near(Execution execution, Map<String, String> meta) {
        Set<Call> found = new LinkedHashSet<>();
        for (var id : execution.facts.callIds()) {
            addNamed(id, found);
        }
        for (var group : execution.tool.groups) {
            for (var entry = group.newest;
                    entry != null && found.size() < MAX_NEAR;
                    entry = entry.older) {
                found.add(entry.call);
            }
        }
        if (found.isEmpty()) {
            scope.nodes.newestOpenCalls(MAX_NEAR, found);
        }
        execution.narrowed.fitting().forEach(found::remove);
        execution.others = List.copyOf(found);
        execution.closedBefore = found.stream().filter(call -> !call.open).toList();
        if (execution.facts.callIds().isEmpty()) {
            execution.unknownKey = unknownKey(meta);
        }
    }

    private void addNamed(String id, Set<Call> found) {
        var call = scope.calls.byId(id);
        if (call != null && found.size() < MAX_NEAR) {
            found.add(call);
        }
    }

    /// A key that holds the id of a call and is not configured to.
    private @Nullable String unknownKey(Map<String, String> meta) {
        int looked = 0;
        for (var entry : meta.entrySet()) {
            if (looked++ >= MAX_META || entry.getKey().length() > MAX_KEY) {
                return null;
            }
            var call = scope.calls.byId(entry.getValue());
            if (call != null && call.random) {
                return entry.getKey();
            }
        }
        return null;
    }

    /// By span id of an execution, or by id of a tool call.
    void explain(String id, List<Explanation> found) {
        var judged = judged(id);
        if (judged != null) {
            found.add(words(judged));
            return;
        }
        for (var call = scope.calls.byId(id);
                call != null && found.size() < MAX_FOUND;
                call = call.sameId) {
            explain(call, found);
        }
    }

    private void explain(Call call, List<Explanation> found) {
        Set<Execution> executions = new LinkedHashSet<>(call.linked);
        executions.addAll(call.executions);
        for (var execution : executions) {
            var judged = judged(execution.span.spanId());
            found.add(words(judged == null ? Judgement.of(scope, execution) : judged));
        }
        if (executions.isEmpty()) {
            found.add(Wording.unexecuted(scope.name, call, unlinkedSince(call)));
        }
    }

    private @Nullable Judgement judged(String spanId) {
        var running = open.get(spanId);
        if (running != null) {
            return Judgement.of(scope, running);
        }
        var judged = others.get(spanId);
        return judged != null ? judged : certain.get(spanId);
    }

    private Explanation words(Judgement judged) {
        return Wording.of(scope.name, judged, scope.engine.config());
    }

    private static List<String> unlinkedSince(Call call) {
        List<String> found = new ArrayList<>();
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                for (var execution : tool.unlinked.tailMap(call.seq).values()) {
                    if (found.size() < MAX_NEAR && !found.contains(execution.span.spanId())) {
                        found.add(execution.span.spanId());
                    }
                }
            }
        }
        return found;
    }
}
