package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The linker's state as every replica computes it from the shared log: the same entries in the
/// same order give the same runs, links and ids everywhere. Its clock is the store's. Changed by
/// the thread that reads the log alone.
final class Machine {
    /// An announcement without a place is given up.
    private static final long FORGOTTEN = Duration.ofMinutes(1).toNanos();

    /// What came before something that was given up may come this much later.
    static final long LATE = Duration.ofSeconds(30).toNanos();

    /// A silent replica is believed to be no more.
    private static final long DOUBT = Duration.ofMinutes(10).toNanos();

    final Engine engine;
    final ReplicaSink sink;
    final String me;
    final Map<String, Scope> scopes = new ConcurrentHashMap<>();

    /// By name.
    final Map<String, Member> members = new ConcurrentHashMap<>();

    /// By span id, in the order of their announcement.
    final Map<String, Unplaced> unplaced = new LinkedHashMap<>();

    /// In flight, by span id.
    final Map<String, OpenInference> inferences = new HashMap<>();

    final Map<String, OpenExecution> executions = new HashMap<>();

    /// What each replica shows, by endpoint.
    private final Map<String, Map<String, List<ToolNames.Exposed>>> shown = new TreeMap<>();

    /// Replicas that fell silent and may still work, and since when they are given up.
    private final Map<String, Long> doubts = new HashMap<>();

    private final MachineEvents events;
    private volatile long nanos;
    private volatile long position;

    /// An inference in flight.
    record OpenInference(Inference node, Scope scope, String replica, Origin origin) {}

    /// An execution in flight.
    record OpenExecution(Execution execution, Scope scope, String replica) {}

    /// @param me the name of this replica while it reads that log
    Machine(LinkingConfig config, ReplicaSink sink, Keyed keyed, String me) {
        this.me = me;
        this.sink = sink;
        this.engine = Engine.of(config, this::nanos, sink, keyed);
        this.engine.out().announced(); // the store holds the key
        this.events = new MachineEvents(this);
    }

    /// Log time.
    long nanos() {
        return nanos;
    }

    /// Of the last entry that was applied.
    long position() {
        return position;
    }

    Scope scope(String name) {
        var known = scopes.get(name);
        return known != null ? known : scopes.computeIfAbsent(name, n -> new Scope(n, engine));
    }

    /// @param mine the recording that it is about, if that is one of this replica
    void apply(SharedLog.Entry entry, JsonNode json, boolean ours, @Nullable SharedRecording mine) {
        nanos = Math.max(nanos, entry.nanos());
        position = entry.position();
        var member = members.computeIfAbsent(entry.replica(), _ -> new Member());
        certain(entry.replica());
        member.seen = Math.max(member.seen, Stored.number(json, "s"));
        member.lastNanos = nanos;
        String kind = Stored.need(json, "k");
        sink.origin(ours, kind.equals("tick") || kind.equals("gone"));
        sink.without(ours && mine == null ? spans(json) : Set.of());
        Ids.during(engine.keyed(), position, () -> apply(kind, entry, json, mine));
        sink.origin(false, false);
    }

    /// Spans of a recording that has been given up here meanwhile.
    private static Set<String> spans(JsonNode json) {
        Set<String> spans = new HashSet<>();
        spans.add(json.path("span").path(0).asString(""));
        json.path("provided").forEach(one -> spans.add(one.path(0).asString("")));
        json.path("attempts").forEach(one -> spans.add(one.path(0).asString("")));
        return spans;
    }

    private void apply(
            String kind, SharedLog.Entry entry, JsonNode json, @Nullable SharedRecording mine) {
        switch (kind) {
            case "ask" ->
                    unplaced.put(
                            Stored.need(json, "x"),
                            new Unplaced(position, nanos, entry.replica(), Stored.need(json, "c")));
            case "infer", "exec" -> place(kind, json, mine);
            case "tick" -> tick();
            case "gap" -> engine.missing().addAll(nanos - Stored.number(json, "ns"), nanos + LATE);
            case "expose" -> show(entry.replica(), json);
            case "gone" -> gone(Stored.need(json, "r"), Stored.flag(json, "dead"));
            case "bye" -> gone(entry.replica(), true);
            case "drop" -> drop(Stored.need(json, "x"));
            case "ack" -> {
                // says only what it has seen
            }
            default -> about(json, mine);
        }
    }

    private void place(String kind, JsonNode json, @Nullable SharedRecording mine) {
        var waiting = unplaced.remove(Stored.need(json, "x"));
        if (waiting == null) {
            return; // its replica was given up
        }
        if (kind.equals("infer")) {
            events.infer(json, waiting, mine instanceof SharedInference one ? one : null);
        } else {
            events.execute(json, waiting, mine instanceof SharedTool one ? one : null);
        }
        waiting.early.forEach(early -> about(early, mine));
    }

    /// Something of a recording that may not have its place yet.
    private void about(JsonNode json, @Nullable SharedRecording mine) {
        String span = Stored.need(json, "x");
        var waiting = unplaced.get(span);
        if (waiting != null) {
            waiting.early.add(json);
            return;
        }
        var inference = inferences.get(span);
        var execution = executions.get(span);
        if (inference != null) {
            events.about(inference, json, mine);
        } else if (execution != null) {
            events.about(execution, json, mine);
        }
    }

    /// Every scope takes a step, with ids that do not depend on the others.
    private void each(java.util.function.Consumer<Scope> step) {
        for (var scope : new TreeMap<>(scopes).values()) {
            long seed = position ^ engine.keyed().id(scope.name);
            Ids.during(engine.keyed(), seed, () -> scope.step(() -> step.accept(scope)));
        }
    }

    /// What any replica shows is shown: a name that means several servers is decided by results.
    private void show(String replica, JsonNode json) {
        List<ToolNames.Exposed> tools = new ArrayList<>();
        for (var tool : json.path("tools")) {
            tools.add(
                    new ToolNames.Exposed(
                            tool.path(0).asString(),
                            tool.path(1).asString(),
                            CanonicalJson.Defaults.named(tool.path(2).asLong())));
        }
        String endpoint = Stored.need(json, "endpoint");
        shown.computeIfAbsent(endpoint, _ -> new TreeMap<>()).put(replica, tools);
        merge(endpoint);
    }

    private void merge(String endpoint) {
        Map<String, ToolNames.Exposed> all = new LinkedHashMap<>();
        for (var tools : shown.getOrDefault(endpoint, Map.of()).values()) {
            for (var tool : tools) {
                String key = tool.name() + "\n" + tool.server() + "\n" + tool.defaults().key();
                all.putIfAbsent(key, tool);
            }
        }
        engine.names().show(endpoint, all.values());
    }

    /// A replica is no more: what it had in flight is over, and something of it may be missing.
    ///
    /// @param dead it is known to be; else it may still work where nobody hears of it
    private void gone(String replica, boolean dead) {
        if (dead) {
            certain(replica);
        }
        var member = members.remove(replica);
        if (member == null) {
            return;
        }
        engine.missing().addAll(member.lastNanos, nanos);
        if (!dead) {
            doubts.put(replica, nanos);
            engine.missing().since(Collections.min(doubts.values()));
        }
        unplaced.values().removeIf(waiting -> waiting.replica.equals(replica));
        for (var endpoint : List.copyOf(shown.keySet())) {
            if (shown.getOrDefault(endpoint, Map.of()).size() > 1) { // the last one's stays valid
                shown.getOrDefault(endpoint, Map.of()).remove(replica);
                merge(endpoint);
            }
        }
        for (var inference : List.copyOf(inferences.values())) {
            if (inference.replica().equals(replica)) {
                drop(inference.node().spanId);
            }
        }
        for (var execution : List.copyOf(executions.values())) {
            if (execution.replica().equals(replica)) {
                drop(execution.execution().span.spanId());
            }
        }
    }

    /// Whether a silent replica still works somewhere is known, or has become unlikely.
    private void certain(String replica) {
        var since = doubts.remove(replica);
        if (since != null) {
            engine.missing().addAll(since, nanos);
            engine.missing()
                    .since(doubts.isEmpty() ? Long.MAX_VALUE : Collections.min(doubts.values()));
        }
    }

    private void tick() {
        unplaced.values().removeIf(waiting -> waiting.nanos < nanos - FORGOTTEN);
        for (var doubt : Map.copyOf(doubts).entrySet()) {
            if (doubt.getValue() < nanos - DOUBT) {
                certain(doubt.getKey());
            }
        }
        each(scope -> scope.tick(nanos));
    }

    /// A recording of which nothing more will be told.
    private void drop(String span) {
        var waiting = unplaced.remove(span);
        if (waiting != null) {
            scope(waiting.scope).missing.addAll(waiting.nanos, nanos + LATE);
        }
        var inference = inferences.remove(span);
        if (inference != null) {
            inference.scope().missing.addAll(inference.node().readNanos, nanos + LATE);
            events.broken(inference);
        }
        var execution = executions.remove(span);
        if (execution != null) {
            long since = execution.execution().facts.startNanos();
            execution.scope().missing.addAll(since, nanos + LATE);
            events.broken(execution);
        }
    }

    /// What an announcement must wait for beside the answers of all replicas.
    enum Wait {
        NOTHING,

        /// Something that came before has no place yet.
        PLACE,

        /// The same, but it waits for this one in turn: which came first is not known.
        UNKNOWN
    }

    /// Announcements of that scope of which more is told than their place may have caused this one.
    Wait waits(String span, String scope, long position) {
        var own = unplaced.get(span);
        boolean early = own != null && !own.early.isEmpty();
        var wait = Wait.NOTHING;
        for (var other : unplaced.values()) {
            if (other == own || other.early.isEmpty() || !other.scope.equals(scope)) {
                continue;
            }
            if (other.position < position) {
                return Wait.PLACE;
            }
            if (other.early.stream().anyMatch(told -> Stored.number(told, "s") < position)) {
                if (!early) {
                    return Wait.PLACE;
                }
                wait = Wait.UNKNOWN;
            }
        }
        return wait;
    }

    /// The span is held and may still get a place.
    boolean knows(String span) {
        boolean[] known = new boolean[1];
        for (var scope : scopes.values()) {
            scope.locked(() -> {
                for (var execution : scope.executions.pending()) {
                    known[0] |= execution.span.spanId().equals(span) || beside(execution, span);
                }
                for (var node : scope.nodes.all()) {
                    var run = node.run;
                    known[0] |= run.topWaits && run.topSpanId.equals(span);
                    known[0] |= run.held.stream().anyMatch(held -> held.spanId().equals(span));
                    known[0] |= node.calls.stream().anyMatch(call -> infers(call, span));
                }
            });
        }
        return known[0];
    }

    private static boolean beside(Execution execution, String span) {
        return execution.beside.stream().anyMatch(held -> held.spanId().equals(span));
    }

    private static boolean infers(Call call, String span) {
        return call.inferred != null && call.inferred.spanId().equals(span);
    }

    /// Something that time may settle.
    boolean waitsForTime() {
        var stats = engine.counters().snapshot();
        return stats.liveRuns() > 0 || stats.heldExecutions() > 0;
    }
}
