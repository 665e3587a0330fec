package dev.spangate.linking;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Where a caller's own trace context puts things (rule J), and the traces that were joined.
///
/// Safe for threads. Bounded per scope, so that nobody's contexts push out another's (rule L11).
final class JoinedTraces {
    private static final int MAX_PER_SCOPE = 20_000;
    private static final int MAX_RUNS = 100;
    private static final long MAX_AGE = Duration.ofHours(24).toNanos();

    private final Keyed keyed;
    private final Counters counters;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Long, Joined> all = new HashMap<>();
    private final Map<String, LinkedHashMap<Long, Joined>> byScope = new HashMap<>();

    private static final class Joined {
        final String scope;
        final long key;
        final long since;
        final String name;
        int runs;

        Joined(String scope, long key, long since, String name) {
            this.scope = scope;
            this.key = key;
            this.since = since;
            this.name = name;
        }
    }

    JoinedTraces(Keyed keyed, Counters counters) {
        this.keyed = keyed;
        this.counters = counters;
    }

    /// The place of something that no run of ours places.
    ///
    /// @param run it is a run: counted against the limit of rule J1
    Place place(Origin origin, boolean run, long now) {
        var context = origin.context();
        String name = origin.agentName();
        if (context == null || origin.mode() == TraceMode.IGNORE) {
            return new Place(traceId(), null, false, true, name, List.of());
        }
        if (origin.mode() != TraceMode.LINK) {
            var joined = join(origin, context, run, now);
            if (joined != null) {
                boolean join = origin.mode() == TraceMode.JOIN;
                return new Place(
                        context.traceId(), context.spanId(), join, join, joined.name, List.of());
            }
            counters.joinFallback();
        }
        return new Place(traceId(), null, false, true, name, List.of(link(context)));
    }

    /// The link to a context that places nothing (rule J2); none in mode `ignore`.
    static List<JournalRecord.SpanLink> linkTo(Origin origin) {
        var context = origin.context();
        return context == null || origin.mode() == TraceMode.IGNORE
                ? List.of()
                : List.of(link(context));
    }

    private static JournalRecord.SpanLink link(TraceContext context) {
        return new JournalRecord.SpanLink(context.traceId(), context.spanId(), Map.of());
    }

    private @Nullable Joined join(Origin origin, TraceContext context, boolean run, long now) {
        if (!looksRandom(context.traceId())) {
            return null;
        }
        long key = keyed.id(context.traceId());
        lock.lock();
        try {
            var joined = all.get(key);
            if (joined == null) {
                joined = remember(new Joined(origin.scope(), key, now, origin.agentName()));
            }
            if (!joined.scope.equals(origin.scope())
                    || now - joined.since > MAX_AGE
                    || (run && joined.runs >= MAX_RUNS)) {
                return null;
            }
            joined.runs += run ? 1 : 0;
            return joined;
        } finally {
            lock.unlock();
        }
    }

    /// A trace that an earlier process joined with a run.
    void restore(String scope, Place place, long now) {
        if (place.parent() != null) {
            restored(scope, keyed.id(place.traceId()), now, place.name(), 1);
        }
    }

    /// The same of what belongs to no run.
    void restore(JsonNode told) {
        long key = keyed.id(Stored.need(told, "trace"));
        long at = Stored.number(told, "at");
        restored(Stored.need(told, "scope"), key, at, Stored.need(told, "name"), 0);
    }

    private void restored(String scope, long key, long since, String name, int runs) {
        lock.lock();
        try {
            var joined = all.get(key);
            if (joined == null) {
                joined = remember(new Joined(scope, key, since, name));
            }
            joined.runs += runs;
        } finally {
            lock.unlock();
        }
    }

    /// All of them, for the checkpoint.
    ArrayNode told() {
        var told = CanonicalJson.MAPPER.createArrayNode();
        lock.lock();
        try {
            for (var mine : byScope.values()) {
                for (var joined : mine.values()) {
                    told.add(
                            CanonicalJson.MAPPER
                                    .createArrayNode()
                                    .add(joined.scope)
                                    .add(joined.key)
                                    .add(joined.since)
                                    .add(joined.name)
                                    .add(joined.runs));
                }
            }
        } finally {
            lock.unlock();
        }
        return told;
    }

    /// What a checkpoint told; runs that it tells beside are counted already.
    void restoreAll(JsonNode told) {
        lock.lock();
        try {
            for (var one : told) {
                var joined =
                        new Joined(
                                one.path(0).asString(),
                                one.path(1).asLong(),
                                one.path(2).asLong(),
                                one.path(3).asString());
                joined.runs = one.path(4).asInt();
                remember(joined);
            }
        } finally {
            lock.unlock();
        }
    }

    private Joined remember(Joined joined) {
        var mine = byScope.computeIfAbsent(joined.scope, _ -> new LinkedHashMap<>());
        mine.put(joined.key, joined);
        all.put(joined.key, joined);
        if (mine.size() > MAX_PER_SCOPE) {
            all.remove(mine.pollFirstEntry().getKey());
        }
        return joined;
    }

    /// At least 8 bytes of the id are not zero (IDE agents send `..0006`).
    private static boolean looksRandom(String traceId) {
        int bytes = 0;
        for (int i = 0; i < traceId.length(); i += 2) {
            bytes += traceId.charAt(i) == '0' && traceId.charAt(i + 1) == '0' ? 0 : 1;
        }
        return bytes >= 8;
    }

    static String traceId() {
        return spanId() + spanId();
    }

    static String spanId() {
        long value;
        do {
            value = Ids.next();
        } while (value == 0);
        var hex = Long.toHexString(value);
        return "0".repeat(16 - hex.length()) + hex;
    }
}
