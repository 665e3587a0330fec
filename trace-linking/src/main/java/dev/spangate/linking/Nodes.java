package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The inferences and conversations that a scope remembers, and the hashes that find them (rules R1
/// to R3). Guarded by its lock; bounded by number and age (rule L11).
final class Nodes {
    /// A stub lives this long (rule R5).
    private static final long KEPT = Duration.ofHours(24).toNanos();

    /// Equal ones looked at; more are ambiguous anyway.
    private static final int MAX_EQUAL = 32;

    private final Scope scope;
    private final LongIndex<List<Inference>> byAnswer = new LongIndex<>();
    private final LongIndex<Inference> byInput = new LongIndex<>();
    private final LongIndex<Inference> byResponse = new LongIndex<>();
    private final Map<String, Conversation> bySession = new HashMap<>();
    private final ArrayDeque<Inference> remembered = new ArrayDeque<>();
    private final TreeMap<Long, Inference> inFlight = new TreeMap<>();
    private int calls;

    Nodes(Scope scope) {
        this.scope = scope;
    }

    /// A new inference: found by its input from now on.
    void add(Inference node) {
        remembered.add(node);
        if (node.inFlight) {
            inFlight.put(node.seq, node);
        }
        node.run.conversation.inferences++;
        node.sameInput = byInput.get(node.inputWith);
        if (node.sameInput != null) {
            node.sameInput.newerSameInput = node;
        }
        byInput.put(node.inputWith, node);
        bound();
    }

    void countCall() {
        calls++;
        bound();
    }

    /// Its answer is known: found by what comes after it from now on.
    void answered(Inference node) {
        fileAnswer(node.afterWith, node);
        fileAnswer(node.afterWithout, node);
        fileAnswer(node.textWith, node);
        fileAnswer(node.textWithout, node);
        if (node.responseId != 0) {
            byResponse.put(node.responseId, node);
        }
    }

    private void fileAnswer(long hash, Inference node) {
        if (hash == 0) {
            return;
        }
        var same = byAnswer.get(hash);
        if (same == null) {
            byAnswer.put(hash, List.of(node));
        } else if (same.size() < MAX_EQUAL && !same.contains(node)) {
            List<Inference> more = new ArrayList<>(same);
            more.add(node);
            byAnswer.put(hash, more);
        }
    }

    void landed(Inference node) {
        inFlight.remove(node.seq);
    }

    /// True if every inference that was in flight at `seq` has been read (rule L5).
    boolean readUpTo(long seq) {
        return inFlight.isEmpty() || inFlight.firstKey() > seq;
    }

    /// Inferences with exactly this beginning and answer.
    List<Inference> after(long hash) {
        var found = byAnswer.get(hash);
        return found == null ? List.of() : found;
    }

    /// Inferences with exactly this input, newest first.
    List<Inference> withInput(long hash) {
        List<Inference> found = new ArrayList<>(2);
        for (var node = byInput.get(hash);
                node != null && found.size() < MAX_EQUAL;
                node = node.sameInput) {
            found.add(node);
        }
        return found;
    }

    @Nullable Inference byResponse(String responseId) {
        return byResponse.get(scope.engine.keyed().id(responseId));
    }

    @Nullable Conversation bySession(String session) {
        return bySession.get(session);
    }

    void name(String session, Conversation conversation) {
        bySession.put(session, conversation);
    }

    boolean any() {
        return !remembered.isEmpty();
    }

    /// Open calls of the latest inferences, whatever their name.
    void newestOpenCalls(int most, Set<Call> found) {
        int looked = 0;
        for (var nodes = remembered.descendingIterator(); nodes.hasNext() && looked < most; ) {
            looked++;
            for (var call : nodes.next().calls) {
                if (call.open && found.size() < most) {
                    found.add(call);
                }
            }
        }
    }

    Iterable<Inference> all() {
        return remembered;
    }

    void tick(long now) {
        while (!remembered.isEmpty() && remembered.getFirst().readNanos < now - KEPT) {
            if (!evictOldest()) {
                return;
            }
        }
    }

    private void bound() {
        var config = scope.engine.config();
        while (remembered.size() > 2L * config.maxRuns() || calls > config.maxOpenCalls()) {
            if (!evictOldest()) {
                return;
            }
        }
    }

    /// One in flight is kept: it moves to the end.
    private boolean evictOldest() {
        var oldest = remembered.pollFirst();
        if (oldest == null) {
            return false;
        }
        if (oldest.inFlight) {
            remembered.addLast(oldest);
            return remembered.size() > inFlight.size();
        }
        for (var call : oldest.calls) {
            if (call.open) {
                scope.missing.add(call.issuedNanos, scope.now());
                scope.engine.counters().evicted();
                scope.runs.close(call);
            }
            scope.calls.forget(call);
        }
        calls -= oldest.calls.size();
        forget(oldest);
        return true;
    }

    private void forget(Inference node) {
        for (long hash :
                new long[] {node.afterWith, node.afterWithout, node.textWith, node.textWithout}) {
            var same = byAnswer.get(hash);
            if (hash == 0 || same == null) {
                continue;
            }
            var rest = same.stream().filter(other -> other != node).toList();
            if (rest.isEmpty()) {
                byAnswer.remove(hash);
            } else {
                byAnswer.put(hash, rest);
            }
        }
        if (byResponse.get(node.responseId) == node) {
            byResponse.remove(node.responseId);
        }
        forgetInput(node);
        scope.runs.forgotten(node);
        if (node.run.conversation.session != null
                && bySession.get(node.run.conversation.session) == node.run.conversation
                && --node.run.conversation.inferences == 0) {
            bySession.remove(node.run.conversation.session);
        }
    }

    private void forgetInput(Inference node) {
        var older = node.sameInput;
        var newer = node.newerSameInput;
        if (older != null) {
            older.newerSameInput = newer;
        }
        if (newer != null) {
            newer.sameInput = older;
        } else if (older != null) {
            byInput.put(node.inputWith, older);
        } else {
            byInput.remove(node.inputWith);
        }
    }
}
