package dev.spangate.linking;

import dev.spangate.linking.JournalRecord.Draft;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// An exchange of this replica that all replicas place together: it is announced, placed once every
/// replica has told what came before, and written when its end comes back from the log. Where the
/// store does not answer it stands for itself, unlinked.
abstract class SharedRecording {
    private static final long LATE = Duration.ofMillis(500).toNanos();

    final Replica replica;

    /// The machine it is told to; null where none has begun yet.
    final @Nullable Machine machine;

    final Origin origin;
    final String span = JoinedTraces.spanId();
    final long sinceNanos;

    private final Map<String, Draft> drafts = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Place alone;
    private boolean detached;
    private boolean committed;
    private boolean ended;
    private boolean written;
    private long endedNanos;

    SharedRecording(Replica replica, Origin origin) {
        this.replica = replica;
        this.machine = replica.machine();
        this.origin = origin;
        this.sinceNanos = replica.now();
        this.detached = machine == null;
    }

    /// Every replica has told what came before.
    ///
    /// @param incomplete not all of them did in time: something may be missing (rule L5)
    abstract void place(boolean incomplete);

    /// So much has passed since it began that more has happened than what came before it.
    boolean late() {
        return replica.now() - sinceNanos > LATE;
    }

    /// `kind` of this recording, without anything else.
    ObjectNode event(String kind) {
        return Snapshots.object().put("k", kind).put("x", span);
    }

    void tell(ObjectNode event) {
        if (!isDetached()) {
            replica.tell(event);
        }
    }

    boolean isDetached() {
        lock.lock();
        try {
            return detached;
        } finally {
            lock.unlock();
        }
    }

    /// Content that waits for its event to come back.
    void keep(Draft draft) {
        lock.lock();
        try {
            drafts.put(draft.spanId(), draft);
        } finally {
            lock.unlock();
        }
    }

    @Nullable Draft take(String spanId) {
        lock.lock();
        try {
            return drafts.remove(spanId);
        } finally {
            lock.unlock();
        }
    }

    /// It has ended; written alone at once if it is on its own.
    void ended() {
        boolean own;
        lock.lock();
        try {
            ended = true;
            endedNanos = replica.now();
            own = detached;
        } finally {
            lock.unlock();
        }
        if (own) {
            writeAlone();
        }
    }

    /// Its place is told now: from here on the log decides. False where it stands for itself.
    boolean commit() {
        lock.lock();
        try {
            committed |= !detached;
            return !detached;
        } finally {
            lock.unlock();
        }
    }

    /// It has waited for its place for longer than `patience`.
    boolean waits(long now, long patience) {
        lock.lock();
        try {
            return !detached && !committed && now - sinceNanos > patience;
        } finally {
            lock.unlock();
        }
    }

    /// Nobody will place it: it stands for itself from now on. False where the log decides.
    boolean detach(boolean lost) {
        boolean over;
        lock.lock();
        try {
            if (detached || (committed && !lost)) {
                return false;
            }
            detached = true;
            over = ended;
        } finally {
            lock.unlock();
        }
        if (over) {
            writeAlone();
        }
        return true;
    }

    /// Drafts that have waited for longer than a moment belong into the journal before their place
    /// is known.
    void writeEarly(long now, long moment, Consumer<Draft> journal) {
        lock.lock();
        try {
            if (ended && !detached && !written && now - endedNanos >= moment) {
                written = true;
                drafts.values().forEach(journal);
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeAlone() {
        Map<String, Draft> rest;
        lock.lock();
        try {
            rest = new LinkedHashMap<>(drafts);
            drafts.clear();
        } finally {
            lock.unlock();
        }
        var place = alonePlace();
        rest.values().forEach(draft -> replica.alone(alone(draft, place)));
        replica.forget(this);
    }

    /// Where it goes without a place of its run (rule J), always the same.
    Place alonePlace() {
        lock.lock();
        try {
            var known = alone;
            if (known == null) {
                known = replica.operations().place(origin, false, replica.now());
                alone = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /// Unlinked, where rule J puts it; what belongs to it goes below it.
    private JournalRecord.Release alone(Draft draft, Place place) {
        boolean own = draft.spanId().equals(span);
        boolean tool = own && draft.type() == ObservationType.TOOL;
        return new JournalRecord.Release(
                draft.spanId(),
                place.traceId(),
                own ? place.parent() : span,
                own && place.parent() != null,
                own && place.appRoot(),
                Spans.unplaced(origin, place, mcpSession()),
                own ? place.links() : List.of(),
                tool
                        ? Map.of(
                                "spangate.link.method",
                                Method.NONE.key(),
                                "spangate.link.candidates",
                                0L)
                        : Map.of(),
                draft,
                null,
                null);
    }

    @Nullable String mcpSession() {
        return null;
    }
}
