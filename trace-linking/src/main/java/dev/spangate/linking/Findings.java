package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What only the replica that has a request's words can find in them (rule S3): how its echoes
/// compare with results that others gave, which calls a text names, whose task it is. Hashes and
/// ids, so that every replica draws the same conclusions from them.
final class Findings {
    /// The echo that is plain text, in [#echo].
    static final String TAIL = "";

    private static final int MAX_WORDS = 64;

    private final Map<String, Compared> echoes = new HashMap<>();
    private final List<List<String>> words = new ArrayList<>();
    private @Nullable String parent;
    private List<Fingerprint> task = List.of();

    /// What an echo answered when it was asked; nothing to anything else.
    private static final class Compared implements Echo {
        final @Nullable Echo asked;
        final Map<Long, Fingerprint> longest = new HashMap<>();
        final Map<Long, Grade> grades = new HashMap<>();
        final Map<Long, Boolean> explained = new HashMap<>();

        Compared(@Nullable Echo asked) {
            this.asked = asked;
        }

        @Override
        public @Nullable Fingerprint longest(List<Fingerprint> tellings) {
            if (asked != null) {
                var found = asked.longest(tellings);
                if (found != null) {
                    longest.put(key(tellings), found);
                }
            }
            return longest.get(key(tellings));
        }

        @Override
        public boolean explains(Fingerprint whole, Fingerprint part) {
            long key = key(List.of(whole, part));
            if (asked != null && asked.explains(whole, part)) {
                explained.put(key, true);
            }
            return explained.getOrDefault(key, false);
        }

        @Override
        public Grade grade(List<Fingerprint> tellings) {
            if (asked != null) {
                var grade = asked.grade(tellings);
                if (grade != Grade.NONE) {
                    grades.put(key(tellings), grade);
                }
            }
            return grades.getOrDefault(key(tellings), Grade.NONE);
        }

        private static long key(List<Fingerprint> prints) {
            long key = prints.size();
            for (var print : prints) {
                key = Keyed.mix(key ^ print.hash()) + print.length();
            }
            return key;
        }
    }

    /// An echo that remembers what it is asked.
    Echo asked(String ref, Echo echo) {
        return echoes.computeIfAbsent(ref, _ -> new Compared(echo));
    }

    /// What the echo of a call said; [#TAIL] for plain text.
    Echo echo(String ref) {
        return echoes.computeIfAbsent(ref, _ -> new Compared(null));
    }

    /// The words of one text that are ids of known calls.
    void named(List<String> ids) {
        words.add(ids.size() > MAX_WORDS ? List.of() : ids);
    }

    List<String> named(int text) {
        return text < words.size() ? words.get(text) : List.of();
    }

    int texts() {
        return words.size();
    }

    /// The first user message is the task that this open call tells (rule R4).
    void worksFor(Call call, List<Fingerprint> texts) {
        parent = Snapshots.ref(call);
        task = List.copyOf(texts);
    }

    @Nullable String parent() {
        return parent;
    }

    /// The arguments that made it the parent.
    List<Fingerprint> task() {
        return task;
    }

    ObjectNode json() {
        var json = Snapshots.object();
        var all = json.putObject("echoes");
        for (var echo : echoes.entrySet()) {
            var told = all.putObject(echo.getKey());
            var longest = told.putArray("longest");
            echo.getValue()
                    .longest
                    .forEach((key, print) ->
                            longest.addArray().add(key).add(Snapshots.print(print)));
            var grades = told.putArray("grades");
            echo.getValue()
                    .grades
                    .forEach((key, grade) -> grades.addArray().add(key).add(grade.name()));
            var explained = told.putArray("explained");
            echo.getValue().explained.keySet().forEach(explained::add);
        }
        if (!words.isEmpty()) {
            var texts = json.putArray("words");
            words.forEach(ids -> ids.forEach(texts.addArray()::add));
        }
        if (parent != null) {
            json.put("parent", parent);
            var prints = json.putArray("task");
            task.forEach(print -> prints.add(Snapshots.print(print)));
        }
        return json;
    }

    static Findings of(JsonNode json) {
        var findings = new Findings();
        for (var told : json.path("echoes").properties()) {
            var echo = new Compared(null);
            for (var one : told.getValue().path("longest")) {
                echo.longest.put(one.path(0).asLong(), Stored.print(one.path(1)));
            }
            for (var one : told.getValue().path("grades")) {
                echo.grades.put(one.path(0).asLong(), Echo.Grade.valueOf(one.path(1).asString()));
            }
            for (var one : told.getValue().path("explained")) {
                echo.explained.put(one.asLong(), true);
            }
            findings.echoes.put(told.getKey(), echo);
        }
        for (var text : json.path("words")) {
            List<String> ids = new ArrayList<>();
            text.forEach(id -> ids.add(id.asString()));
            findings.words.add(ids);
        }
        findings.parent = Stored.text(json, "parent");
        List<Fingerprint> task = new ArrayList<>();
        json.path("task").forEach(print -> task.add(Stored.print(print)));
        findings.task = task;
        return findings;
    }
}
