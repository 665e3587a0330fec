package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What results prove (rule L4): texts by tool and arguments, compared with echoes while these are
/// in memory. Guarded by the scope's lock; bounded, oldest use first.
final class Evidence {
    private static final int MAX_ANSWERS = 50_000;
    private static final int MAX_TEXTS = 32;

    private final Scope scope;

    /// Texts that a tool gave to equal arguments.
    private final LinkedHashMap<Long, Answers> answers = new LinkedHashMap<>(16, 0.75f, true);

    /// How often a tool gave a text, whatever the arguments.
    private final LinkedHashMap<Long, Integer> texts = new LinkedHashMap<>(16, 0.75f, true);

    /// Executions whose arguments no call had, by tool and text: clients do change arguments, so an
    /// echo of such a text may be theirs.
    private final LinkedHashMap<Long, List<Execution>> strays =
            new LinkedHashMap<>(16, 0.75f, true);

    /// Something used at this time has been forgotten.
    private long forgotten = Long.MIN_VALUE;

    private static final class Answers {
        final List<Told> told = new ArrayList<>(1);
        boolean more;

        /// Texts have been forgotten: the tool may have given one of them before.
        boolean dropped;

        long used;

        /// No call that is still open can have asked for it.
        static boolean past(Execution execution) {
            return execution.tool.groups.stream()
                    .allMatch(g -> g.oldest == null || g.oldest.call.seq > execution.seq);
        }

        /// Makes room for another text; false if all of them may still be asked for.
        boolean makeRoom() {
            for (int i = 0; i < told.size(); i++) {
                if (told.get(i).past()) {
                    told.remove(i);
                    dropped = true;
                    return true;
                }
            }
            return false;
        }
    }

    /// One text, and the executions that gave it and are not linked to another call for certain.
    private static final class Told {
        final ResultTexts result;
        final long since;
        final List<Execution> live = new ArrayList<>(1);
        boolean more;

        Told(ResultTexts result, long since) {
            this.result = result;
            this.since = since;
        }

        /// No call that is still open can have asked for an execution that gave it.
        boolean past() {
            return !more && live.stream().allMatch(Answers::past);
        }
    }

    Evidence(Scope scope) {
        this.scope = scope;
    }

    /// An execution's result is known.
    void record(Execution execution) {
        var result = execution.result;
        if (result == null) {
            return;
        }
        var facts = execution.facts;
        record(execution, result, key(execution.tool, facts.arguments()));
        if (facts.plain() != facts.arguments()) {
            record(execution, result, key(execution.tool, facts.plain()));
        }
        if (execution.narrowed.fitting().isEmpty()) {
            stray(execution, result);
        }
        texts.merge(text(execution, result), 1, Integer::sum);
        if (texts.size() > MAX_ANSWERS) {
            texts.pollFirstEntry();
        }
    }

    private void record(Execution execution, ResultTexts result, long key) {
        var found = answers.computeIfAbsent(key, _ -> new Answers());
        found.used = scope.now();
        if (answers.size() > MAX_ANSWERS) {
            forgotten = Math.max(forgotten, answers.pollFirstEntry().getValue().used);
        }
        Told told = null;
        for (var one : found.told) {
            told = one.result.text() == result.text() ? one : told;
        }
        if (told == null) {
            if (found.told.size() >= MAX_TEXTS && !found.makeRoom()) {
                found.more = true;
                return;
            }
            boolean again = found.dropped && texts.containsKey(text(execution, result));
            told = new Told(result, again ? Long.MIN_VALUE : execution.seq);
            found.told.add(told);
        }
        if (told.live.size() < Execution.MAX_EDGES) {
            told.live.add(execution);
        } else {
            told.more = true;
        }
    }

    private void stray(Execution execution, ResultTexts result) {
        var found = strays.computeIfAbsent(text(execution, result), _ -> new ArrayList<>(1));
        found.removeIf(other -> other.certain || Answers.past(other));
        found.add(execution);
        if (strays.size() > MAX_ANSWERS) {
            for (var gone : strays.pollFirstEntry().getValue()) {
                forgotten = Math.max(forgotten, gone.endNanos);
            }
        }
    }

    /// An execution with other arguments gave this very text and may be what the call asked for.
    private boolean mayBeStray(Call call, Told told, Inference by) {
        for (var entry : call.entries) {
            for (var tool : entry.group.tools) {
                var found = strays.get(Keyed.mix(tool.hash ^ told.result.text()));
                if (found != null && found.stream().anyMatch(e -> mayAnswer(e, call, by))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Its result never reached the client.
    void undelivered(Execution execution) {
        forEach(execution, told -> told.live.remove(execution));
    }

    private void forEach(Execution execution, java.util.function.Consumer<Told> action) {
        for (long arguments : new long[] {execution.facts.arguments(), execution.facts.plain()}) {
            var found = answers.get(key(execution.tool, arguments));
            if (found != null) {
                found.told.forEach(action);
            }
        }
    }

    /// Linked to a call for certain: gone for every other (rule L4).
    void gone(Execution execution) {
        forEach(execution, told -> told.live.remove(execution));
    }

    /// A call's result is echoed for the first time: what does its text prove?
    void echo(Call call, List<String> told, Inference by) {
        if (call.certain()) {
            return;
        }
        var echo = new EchoText(scope.engine.keyed(), told);
        var proof = proof(call, echo, by);
        if (proof != null) {
            call.echoClue = null;
            scope.settling.prove(proof, call);
            return;
        }
        for (var entry : call.entries) {
            for (var tool : entry.group.tools) {
                compareUnlike(call, tool, echo, by);
            }
        }
    }

    private @Nullable Execution proof(Call call, EchoText echo, Inference by) {
        var matching = matching(call, echo);
        if (matching.isEmpty()) {
            return null;
        }
        if (incomplete(call, by)) {
            call.echoClue = Clue.ECHO_UNSURE;
            return null;
        }
        Set<Execution> left = new HashSet<>();
        for (var told : matching) {
            boolean before = told.since < call.seq;
            if (told.more || before || mayBeStray(call, told, by)) {
                call.echoClue =
                        before
                                ? Clue.ECHO_SEEN_BEFORE
                                : told.more ? Clue.ECHO_OF_SEVERAL : Clue.ECHO_OF_STRAY;
                return null;
            }
            told.live.stream().filter(e -> mayAnswer(e, call, by)).forEach(left::add);
        }
        return left.size() == 1 ? left.iterator().next() : null;
    }

    /// What was told of the one text that the echo holds best; empty if it holds none, several
    /// equally well, or too many were given.
    private List<Told> matching(Call call, EchoText echo) {
        Map<Told, Fingerprint> held = new LinkedHashMap<>();
        for (var found : answersTo(call)) {
            if (found.more) {
                call.echoClue = Clue.ECHO_OF_SEVERAL;
                return List.of();
            }
            for (var told : found.told) {
                var telling = echo.longest(told.result.tellings());
                if (telling != null) {
                    held.put(told, telling);
                }
            }
        }
        call.echoClue = held.isEmpty() ? Clue.ECHO_DIFFERS : Clue.ECHO_OF_SEVERAL;
        return held.isEmpty() ? List.of() : longest(held, echo);
    }

    /// The longest text explains the shorter ones that stand inside it, or nothing is clear.
    private static List<Told> longest(Map<Told, Fingerprint> held, EchoText echo) {
        var best = held.entrySet().iterator().next();
        for (var one : held.entrySet()) {
            best = one.getValue().length() > best.getValue().length() ? one : best;
        }
        List<Told> same = new ArrayList<>(1);
        for (var one : held.entrySet()) {
            if (one.getKey().result.text() == best.getKey().result.text()) {
                same.add(one.getKey());
            } else if (!echo.explains(best.getValue(), one.getValue())) {
                return List.of();
            }
        }
        return same;
    }

    private List<Answers> answersTo(Call call) {
        Map<Long, Answers> found = new LinkedHashMap<>();
        for (var entry : call.entries) {
            for (var tool : entry.group.tools) {
                if (entry.schema == tool.schema || entry.schema == 0) {
                    long key = key(tool, entry.arguments);
                    var one = answers.get(key);
                    if (one != null) {
                        found.put(key, one);
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    private boolean incomplete(Call call, Inference by) {
        long from = call.issuedNanos - scope.engine.config().window().toNanos();
        return forgotten >= from || scope.missing.within(from, by.readNanos);
    }

    private static boolean mayAnswer(Execution execution, Call call, Inference by) {
        return execution.seq > call.seq
                && execution.endSeq < by.seq
                && execution.delivered
                && !execution.certain
                && Matcher.agree(execution.ids(), call.ids());
    }

    /// Executions whose arguments no call had: the text alone may link them, in the end.
    private void compareUnlike(Call call, ToolState tool, EchoText echo, Inference by) {
        for (var execution : tool.unlike) {
            var result = execution.result;
            if (result != null
                    && result.length() >= EchoText.SHORT
                    && mayAnswer(execution, call, by)
                    && echo.grade(result.wholes()).compareTo(EchoText.Grade.CONTAINED) >= 0
                    && !execution.alike.contains(call)) {
                List<Call> more = new ArrayList<>(execution.alike);
                more.add(call);
                execution.alike = more;
                call.alike++;
            }
        }
    }

    /// The tool gave this execution's text only once.
    boolean unique(Execution execution) {
        var result = execution.result;
        return result != null && texts.getOrDefault(text(execution, result), 0) == 1;
    }

    /// An execution that the call may have asked for gave a text that this one holds (rule R1).
    boolean known(Call call, EchoText text) {
        for (var found : answersTo(call)) {
            for (var told : found.told) {
                boolean later = told.live.stream().anyMatch(e -> e.seq > call.seq);
                if (later && text.grade(told.result.tellings()) != EchoText.Grade.NONE) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long text(Execution execution, ResultTexts result) {
        return Keyed.mix(execution.tool.hash ^ result.text());
    }

    private static long key(ToolState tool, long arguments) {
        return Keyed.mix(tool.hash ^ Keyed.mix(arguments));
    }
}
