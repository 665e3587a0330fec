package dev.spangate.linking;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Writes the live state of all scopes, and reads back what an earlier process stored.
final class Checkpoints {
    /// Objects told under one hold of a scope's lock.
    private static final int PORTION = 200;

    private Checkpoints() {}

    static String write(Engine engine, Iterable<Scope> scopes) {
        var out = new StringBuilder("{\"key\":\"").append(engine.keyed().export());
        out.append("\",\"at\":").append(engine.clock().now()).append(",\"scopes\":[");
        boolean first = true;
        for (var scope : scopes) {
            out.append(first ? "" : ",");
            first = false;
            write(scope, out);
        }
        return out.append("],\"joined\":").append(engine.joined().told()).append('}').toString();
    }

    private static void write(Scope scope, StringBuilder out) {
        List<Inference> nodes = new ArrayList<>();
        Set<Run> runs = new LinkedHashSet<>();
        List<Execution> executions = new ArrayList<>();
        List<long[]> gaps = new ArrayList<>();
        scope.locked(() -> {
            scope.nodes.all().forEach(nodes::add);
            nodes.sort(Comparator.comparingLong(node -> node.seq));
            nodes.forEach(node -> runs.add(node.run));
            scope.runs.live().forEach(runs::add);
            scope.executions.pending().forEach(executions::add);
            gaps.addAll(scope.missing.gaps());
        });
        out.append("{\"scope\":").append(CanonicalJson.MAPPER.writeValueAsString(scope.name));
        portions(scope, out, "runs", List.copyOf(runs), Snapshots::run);
        portions(scope, out, "nodes", nodes, Snapshots::node);
        portions(scope, out, "executions", executions, Checkpoints::pending);
        portions(scope, out, "locals", calls(nodes), call -> local(scope, call));
        out.append(",\"missing\":").append(CanonicalJson.MAPPER.writeValueAsString(gaps));
        out.append('}');
    }

    private static List<Call> calls(List<Inference> nodes) {
        List<Call> found = new ArrayList<>();
        for (var node : nodes) {
            for (var call : List.copyOf(node.calls)) {
                if (call.inferred != null) {
                    found.add(call);
                }
            }
        }
        return found;
    }

    private static @Nullable JsonNode pending(Execution execution) {
        return execution.settled ? null : Snapshots.execution(execution);
    }

    private static @Nullable JsonNode local(Scope scope, Call call) {
        var held = call.inferred;
        var by = call.echoedBy;
        return held == null || by == null
                ? null
                : CanonicalJson.parse(Snapshots.local(scope, call, held, by));
    }

    private static <T> void portions(
            Scope scope,
            StringBuilder out,
            String name,
            List<T> values,
            Function<T, @Nullable JsonNode> told) {
        out.append(",\"").append(name).append("\":[");
        int[] written = new int[1];
        for (int from = 0; from < values.size(); from += PORTION) {
            var portion = values.subList(from, Math.min(values.size(), from + PORTION));
            scope.locked(() -> {
                for (var value : portion) {
                    var json = told.apply(value);
                    if (json != null) {
                        out.append(written[0]++ == 0 ? "" : ",").append(json);
                    }
                }
            });
        }
        out.append(']');
    }

    static String keyJson(Keyed keyed) {
        return Snapshots.object().put("key", keyed.export()).toString();
    }

    /// The key of the hashes in what was stored last; null if nothing tells it.
    static @Nullable Keyed key(Iterable<JournalRecord> stored) {
        String key = null;
        for (var entry : stored) {
            var told = keyIn(entry);
            key = told == null ? key : told;
        }
        return key == null ? null : Keyed.of(key);
    }

    private static @Nullable String keyIn(JournalRecord entry) {
        var json =
                switch (entry) {
                    case JournalRecord.Checkpoint checkpoint -> checkpoint.json();
                    case JournalRecord.State state when state.kind().equals("key") -> state.json();
                    default -> null;
                };
        var told = json == null ? null : CanonicalJson.parse(json);
        return told == null ? null : Stored.text(told, "key");
    }

    /// Reads what was stored under that key: the last checkpoint and what follows it.
    static void read(
            Iterable<JournalRecord> stored, Engine engine, Function<String, Scope> scopes) {
        Map<String, Resume> resumes = new HashMap<>();
        Function<String, Resume> resume =
                name -> resumes.computeIfAbsent(name, n -> new Resume(scopes.apply(n)));
        boolean readable = false;
        for (var entry : stored) {
            var key = keyIn(entry);
            readable = key == null ? readable : key.equals(engine.keyed().export());
            if (!readable) {
                continue; // hashes of a process whose key is not the last one
            }
            try {
                read(entry, engine, resume, resumes);
            } catch (RuntimeException fault) {
                engine.counters().fault(); // one record is not readable: the others are
            }
        }
        resumes.forEach((name, one) -> scopes.apply(name).step(one::finish));
    }

    private static void read(
            JournalRecord entry,
            Engine engine,
            Function<String, Resume> resume,
            Map<String, Resume> resumes) {
        switch (entry) {
            case JournalRecord.Checkpoint checkpoint ->
                    checkpoint(checkpoint.json(), engine, resume);
            case JournalRecord.State state -> apply(state.json(), engine, resume);
            case JournalRecord.Draft draft -> apply(draft.evidence(), engine, resume);
            case JournalRecord.Withdrawn withdrawn ->
                    resumes.values().forEach(one -> one.gone(withdrawn.spanId()));
            case JournalRecord.Release release -> {
                if (release.draft() != null) {
                    apply(release.draft().evidence(), engine, resume);
                }
                apply(release.evidence(), engine, resume);
                resumes.values().forEach(one -> one.released(release));
            }
        }
    }

    private static void checkpoint(String told, Engine engine, Function<String, Resume> resume) {
        var json = CanonicalJson.parse(told);
        if (json == null) {
            throw new IllegalArgumentException("the checkpoint is not readable");
        }
        engine.joined().restoreAll(json.path("joined"));
        for (var scope : json.path("scopes")) {
            resume.apply(Stored.need(scope, "scope")).checkpoint(scope, Stored.number(json, "at"));
        }
    }

    private static void apply(
            @Nullable String told, Engine engine, Function<String, Resume> resume) {
        var json = told == null ? null : CanonicalJson.parse(told);
        if (json != null && json.path("kind").asString("").equals("joined")) {
            engine.joined().restore(json);
        } else if (json != null && json.has("kind")) {
            resume.apply(Stored.need(json, "scope")).apply(json);
        }
    }
}
