package dev.spangate.linking;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One tool call of an answer, without its arguments. State of one link scope, guarded by its lock.
final class Call {
    final Inference by;
    final int index;
    final boolean random;
    final long seq;
    final long issuedNanos;

    /// Its id: a million calls may be open, so bytes instead of a string where one byte is a
    /// character.
    private final @Nullable Object id;

    /// An older call with the same id.
    @Nullable Call sameId;

    @Nullable Call newerSameId;

    /// Where it stands in the indices, its own name first.
    private @Nullable CallEntry entry;

    /// Rule R6.
    boolean open = true;

    /// An answered inference brought its result (rule R1).
    boolean carried;

    /// Its result has been read, whoever brought it.
    boolean echoed;

    @Nullable Inference echoedBy;

    /// Why its echo proved nothing, for explanations.
    @Nullable Clue echoClue;

    /// Executions that "fitting" connects with it, in order of start; bounded.
    List<Execution> executions = List.of();

    /// More executions than are remembered: nothing but a call id links.
    boolean crowded;

    /// Executions linked to it, in order of their end.
    List<Execution> linked = List.of();

    /// Executions with other arguments whose result its echo held.
    int alike;

    /// The released span that shows its execution, if any.
    @Nullable String toolSpanId;

    @Nullable String linkMethod;
    @Nullable String linkConfidence;

    /// Sub-agents whose top span waits for [#toolSpanId].
    List<Run> subAgents = List.of();

    /// The draft of the local tool that its echo made likely, until that is decided.
    @Nullable HeldSpan inferred;

    /// What makes it the parent of a sub-agent (rule R4).
    List<CallText> texts = List.of();

    /// It has more of them than are remembered.
    boolean overflow;

    Call(Inference by, @Nullable String id, boolean random, long seq, long issuedNanos) {
        this.by = by;
        this.index = by.calls.size();
        this.id = id == null ? null : packed(id);
        this.random = random;
        this.seq = seq;
        this.issuedNanos = issuedNanos;
    }

    private static Object packed(String id) {
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) > 0xff) {
                return id;
            }
        }
        return id.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Nullable String id() {
        return id instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.ISO_8859_1)
                : (String) id;
    }

    /// The model-side name; empty before it is filed.
    String name() {
        return entry == null ? "" : entry.group.name;
    }

    void file(CallEntry added) {
        if (entry == null) {
            entry = added;
            return;
        }
        var last = entry;
        while (last.next != null) {
            last = last.next;
        }
        last.next = added;
    }

    List<CallEntry> entries() {
        var first = entry;
        if (first == null || first.next == null) {
            return first == null ? List.of() : List.of(first);
        }
        List<CallEntry> all = new ArrayList<>(4);
        for (var one = first; one != null; one = one.next) {
            all.add(one);
        }
        return all;
    }

    Run run() {
        return by.run;
    }

    Map<String, String> ids() {
        return by.ids;
    }

    /// Its result is still awaited (rule R1).
    boolean awaited() {
        return !carried && (open || echoed);
    }

    boolean certain() {
        return "certain".equals(linkConfidence);
    }

    /// False where there are too many to remember.
    boolean connect(Execution execution) {
        if (executions.size() >= Execution.MAX_EDGES) {
            crowded = true;
            return false;
        }
        if (executions.isEmpty()) {
            executions = new ArrayList<>(1);
        }
        executions.add(execution);
        return true;
    }

    void link(Execution execution) {
        if (linked.isEmpty()) {
            linked = new ArrayList<>(1);
        }
        linked.add(execution);
    }
}
