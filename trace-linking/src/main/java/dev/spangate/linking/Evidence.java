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
        texts.merge(text(execution.tool, result.text()), 1, Integer::sum);
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
            boolean again = found.dropped && texts.containsKey(text(execution.tool, result.text()));
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
        stray(execution, text(execution.tool, result.text()));
        for (var whole : result.wholes()) {
            if (whole.length() > Fingerprint.HEAD) {
                stray(execution, text(execution.tool, whole.head()));
            }
        }
    }

    private void stray(Execution execution, long key) {
        var found = strays.computeIfAbsent(key, _ -> new ArrayList<>(1));
        found.removeIf(other -> other.certain || Answers.past(other));
        found.add(execution);
        if (strays.size() > MAX_ANSWERS) {
            for (var gone : strays.pollFirstEntry().getValue()) {
                forgotten = Math.max(forgotten, gone.endNanos);
            }
        }
    }

    /// An execution with other arguments gave this very text, or another one that stands in the
    /// echo, and may be what the call asked for.
    private boolean mayBeStray(Call call, Matching matching, Told told, Echo echo, Inference by) {
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                if (tool.unlikeCrowded && !tool.unlike.isEmpty()) {
                    return true;
                }
                for (var execution : tool.unlike) {
                    if (mayAnswer(execution, call, by) && matching.rivals(execution, echo)) {
                        return true;
                    }
                }
                if (settledStray(call, tool, told.result.text(), by)
                        || (matching.held.length() == Fingerprint.HEAD
                                && settledStray(call, tool, matching.held.head(), by))) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean settledStray(Call call, ToolState tool, long text, Inference by) {
        var found = strays.get(text(tool, text));
        return found != null && found.stream().anyMatch(e -> mayAnswer(e, call, by));
    }

    /// What of the executions' texts an echo holds best.
    ///
    /// @param told of each tool that gave this text
    /// @param held the telling of it that stands in the echo
    private record Matching(List<Told> told, Fingerprint held) {
        static final Matching NOTHING = new Matching(List.of(), new Fingerprint(0, 0, 0));

        /// The execution's text stands in the echo, too, and not as a part of this one.
        boolean rivals(Execution execution, Echo echo) {
            var text = execution.result == null ? null : echo.held(execution.result);
            return text != null && !echo.explains(held, text);
        }
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
    void echo(Call call, Echo echo, Inference by) {
        if (call.linked.stream().anyMatch(e -> e.certain && mayBeIts(e, echo))) {
            return;
        }
        var proof = proof(call, echo, by);
        if (proof != null) {
            call.echoClue = null;
            scope.settling.prove(proof, call);
        }
        if (call.certain()) {
            return;
        }
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                compareUnlike(call, tool, echo, by);
            }
        }
    }

    /// The echo holds its result, or it is not known what that was.
    private static boolean mayBeIts(Execution execution, Echo echo) {
        return execution.result == null || echo.held(execution.result) != null;
    }

    private @Nullable Execution proof(Call call, Echo echo, Inference by) {
        var matching = matching(call, echo);
        if (matching.told.isEmpty()) {
            return null;
        }
        if (incomplete(call, by)) {
            call.echoClue = Clue.ECHO_UNSURE;
            return null;
        }
        Set<Execution> left = new HashSet<>();
        for (var told : matching.told) {
            boolean before = told.since < call.seq;
            if (told.more || before || mayBeStray(call, matching, told, echo, by)) {
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
    private Matching matching(Call call, Echo echo) {
        Map<Told, Fingerprint> held = new LinkedHashMap<>();
        for (var found : answersTo(call)) {
            if (found.more) {
                call.echoClue = Clue.ECHO_OF_SEVERAL;
                return Matching.NOTHING;
            }
            for (var told : found.told) {
                var telling = echo.held(told.result);
                if (telling != null) {
                    held.put(told, telling);
                }
            }
        }
        call.echoClue = held.isEmpty() ? Clue.ECHO_DIFFERS : Clue.ECHO_OF_SEVERAL;
        return held.isEmpty() ? Matching.NOTHING : longest(held, echo);
    }

    /// The longest text explains the shorter ones that stand inside it, or nothing is clear.
    private static Matching longest(Map<Told, Fingerprint> held, Echo echo) {
        var best = held.entrySet().iterator().next();
        for (var one : held.entrySet()) {
            best = one.getValue().length() > best.getValue().length() ? one : best;
        }
        List<Told> same = new ArrayList<>(1);
        for (var one : held.entrySet()) {
            if (one.getKey().result.text() == best.getKey().result.text()) {
                same.add(one.getKey());
            } else if (!echo.explains(best.getValue(), one.getValue())) {
                return Matching.NOTHING;
            }
        }
        return new Matching(same, best.getValue());
    }

    private List<Answers> answersTo(Call call) {
        Map<Long, Answers> found = new LinkedHashMap<>();
        for (var entry : call.entries()) {
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
    private void compareUnlike(Call call, ToolState tool, Echo echo, Inference by) {
        for (var execution : tool.unlike) {
            var result = execution.result;
            if (result != null
                    && result.length() >= EchoText.SHORT
                    && mayAnswer(execution, call, by)
                    && echo.grade(result.wholes()).compareTo(Echo.Grade.CONTAINED) >= 0
                    && !execution.alike.contains(call)) {
                List<Call> more = new ArrayList<>(execution.alike);
                more.add(call);
                execution.alike = more;
                call.alike++;
            }
        }
    }

    /// Asks an echo all that [#echo] would ask it now, and changes nothing.
    void ask(Call call, Echo echo) {
        var clue = call.echoClue;
        call.linked.forEach(execution -> mayBeIts(execution, echo));
        var matching = matching(call, echo);
        for (var entry : call.entries()) {
            for (var tool : entry.group.tools) {
                for (var execution : tool.unlike) {
                    matching.rivals(execution, echo);
                    if (execution.result != null && execution.result.length() >= EchoText.SHORT) {
                        echo.grade(execution.result.wholes());
                    }
                }
            }
        }
        call.echoClue = clue;
    }

    /// The tools that the call's name may mean gave this execution's text only once.
    boolean unique(Execution execution, Call call) {
        var result = execution.result;
        if (result == null) {
            return false;
        }
        Set<ToolState> tools = new HashSet<>(Set.of(execution.tool));
        call.entries().forEach(entry -> tools.addAll(entry.group.tools));
        int times = 0;
        for (var tool : tools) {
            times += texts.getOrDefault(text(tool, result.text()), 0);
        }
        return times == 1;
    }

    /// An execution that the call may have asked for gave a text that this one holds (rule R1).
    boolean known(Call call, Echo text) {
        for (var found : answersTo(call)) {
            for (var told : found.told) {
                boolean later = told.live.stream().anyMatch(e -> e.seq > call.seq);
                if (later && text.held(told.result) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    private static long text(ToolState tool, long text) {
        return Keyed.mix(tool.hash ^ text);
    }

    private static long key(ToolState tool, long arguments) {
        return Keyed.mix(tool.hash ^ Keyed.mix(arguments));
    }
}
