package dev.spangate.linking;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Drafts that an earlier process of this replica left in its journal without a place: they are
/// placed by what the log tells, by what was kept for them (rule S3), or stand for themselves.
final class Orphans {
    /// The log has been read by then.
    private static final long GRACE = Duration.ofSeconds(10).toNanos();

    private static final int AT_ONCE = 20;
    private static final String REPLICA = "replica";
    private final ReplicaSink sink;
    private final SharedLog log;
    private final Set<String> left = new LinkedHashSet<>();
    private @Nullable String predecessor;
    private String name = "";
    private long askNanos = Long.MAX_VALUE;

    Orphans(ReplicaSink sink, SharedLog log) {
        this.sink = sink;
        this.log = log;
    }

    synchronized void add(Iterable<JournalRecord> stored) {
        for (var entry : stored) {
            switch (entry) {
                case JournalRecord.Draft draft -> left.add(draft.spanId());
                case JournalRecord.Release release -> left.remove(release.spanId());
                case JournalRecord.Withdrawn withdrawn -> left.remove(withdrawn.spanId());
                case JournalRecord.Checkpoint checkpoint -> {
                    var json = CanonicalJson.parse(checkpoint.json());
                    if (json != null) {
                        left.addAll(Stored.texts(json, "shared"));
                        var name = Stored.text(json, REPLICA);
                        predecessor = name == null ? predecessor : name;
                    }
                }
                case JournalRecord.State state -> {
                    if (state.kind().equals(REPLICA)) {
                        predecessor = state.runId();
                    }
                }
            }
        }
        left.forEach(sink::hold);
    }

    /// A log begins to be read and written under that name; the name before, if there was one: that
    /// replica is no more.
    synchronized @Nullable String begin(String replica, long now) {
        askNanos = now + GRACE;
        sink.direct(new JournalRecord.State(REPLICA, replica, "{}"));
        var before = predecessor;
        predecessor = replica;
        name = replica;
        return before;
    }

    /// Asks for some that the log has not placed.
    synchronized void look(Machine machine, long now) {
        if (left.isEmpty() || now < askNanos) {
            return;
        }
        int asked = 0;
        for (var span : List.copyOf(left)) {
            if (!sink.holds(span)) {
                left.remove(span);
            } else if (asked++ >= AT_ONCE) {
                return;
            } else if (!machine.knows(span)) {
                var kept = log.kept(span);
                sink.direct(kept == null ? Places.alone(span) : Places.of(kept));
                left.remove(span);
            }
        }
        askNanos = now + GRACE;
    }

    /// What a later process must know.
    synchronized String checkpoint() {
        var json = Snapshots.object();
        sink.held().forEach(json.putArray("shared")::add);
        json.put(REPLICA, name);
        return json.toString();
    }
}
