package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One of several linkers that share a log (rules S1 to S6): tells what happens here, and computes
/// from what all of them told, in one order, what happened at all.
///
/// An exchange is announced, then placed once every replica has said that it knows of nothing
/// older: by then every cause of it stands in the log, whatever the clocks say and however slow a
/// replica is.
final class Replica implements SharedLog.Reader {
    /// Other replicas may take this long to answer an announcement; then something is missing.
    private static final long ANSWER = Duration.ofSeconds(1).toNanos();

    /// An exchange that the store has not confirmed by then stands for itself.
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

    /// A replica that is silent for this long is no more.
    private static final long SILENCE = Duration.ofSeconds(10).toNanos();

    private static final long BEAT = Duration.ofSeconds(1).toNanos();

    /// A span is in the journal at the latest then, placed or not.
    private static final long MOMENT = Duration.ofMillis(50).toNanos();

    private final LinkingConfig config;
    private final EpochClock clock;
    private final SharedLog log;
    private final Executor looking;
    private final Barrier barrier;
    private final ReplicaSink sink;
    private final ToolNames names = new ToolNames();
    private final Map<String, List<ExposedTool>> exposed = new ConcurrentHashMap<>();
    private final Map<String, SharedRecording> open = new ConcurrentHashMap<>();
    private final Orphans orphans;
    private final Scope alone;
    private final JoinedTraces operations;
    private volatile @Nullable Machine machine;
    private volatile long toldNanos;
    private volatile long readNanos;
    private volatile long tickedNanos;

    /// @param looking runs what compares a request's words with what others told
    Replica(
            LinkingConfig config,
            EpochClock clock,
            RecordSink journal,
            SharedLog log,
            Executor looking) {
        this.config = config;
        this.clock = clock;
        this.log = log;
        this.looking = looking;
        this.barrier = new Barrier(ANSWER, this::place);
        this.sink = new ReplicaSink(journal, (span, place) -> log.keep(span, Places.text(place)));
        this.orphans = new Orphans(sink, log);
        var engine = Engine.of(config, clock, journal, Keyed.random());
        engine.out().announced();
        this.alone = new Scope("", engine);
        this.operations = engine.joined();
    }

    void open() {
        log.open(this, () -> Keyed.random().export());
    }

    /// A scope that nothing is ever matched in, for recordings that stand for themselves.
    Scope alone() {
        return alone;
    }

    /// Where what belongs to no run goes (rule J).
    JoinedTraces operations() {
        return operations;
    }

    Engine operationsEngine() {
        return alone.engine;
    }

    @Nullable Machine machine() {
        return machine;
    }

    LinkingConfig config() {
        return config;
    }

    String id() {
        return log.replica();
    }

    long now() {
        return clock.now();
    }

    /// What this replica shows.
    ToolNames names() {
        return names;
    }

    SharedInference start(InferenceStart start) {
        var recording = new SharedInference(this, start);
        announce(recording);
        return recording;
    }

    SharedTool start(ToolStart start) {
        var recording = new SharedTool(this, start);
        announce(recording);
        return recording;
    }

    private void announce(SharedRecording recording) {
        if (!recording.isDetached()) {
            open.put(recording.span, recording);
            barrier.add(recording);
            recording.tell(recording.event("ask").put("c", recording.origin.scope()));
        }
    }

    private void place(SharedRecording recording, boolean incomplete) {
        if (recording instanceof SharedInference) {
            looking.execute(() -> recording.place(incomplete));
        } else {
            recording.place(incomplete);
        }
    }

    /// Everything that was told before stands in the log before this does, and so does everything
    /// that happened here before what it says we have seen.
    void tell(ObjectNode event) {
        var current = machine;
        if (current == null) {
            return;
        }
        toldNanos = now();
        if (!log.append(event.put("s", current.position()).toString())) {
            detachAll();
        }
    }

    private void detachAll() {
        List.copyOf(open.values()).forEach(recording -> recording.detach(true));
    }

    /// A span that stands for itself; its draft may lie in the journal already.
    void alone(JournalRecord.Release release) {
        try {
            sink.alone(release);
        } catch (RuntimeException fault) {
            alone.engine.counters().fault();
        }
    }

    void forget(SharedRecording recording) {
        open.remove(recording.span);
        barrier.remove(recording);
    }

    void expose(String endpoint, Collection<ExposedTool> tools) {
        exposed.put(endpoint, List.copyOf(tools));
        var current = machine;
        if (current != null) {
            show(current, endpoint);
        }
    }

    private void show(Machine current, String endpoint) {
        names.expose(endpoint, exposed.getOrDefault(endpoint, List.of()), current.engine.json());
        var event = Snapshots.object().put("k", "expose").put("endpoint", endpoint);
        var told = event.putArray("tools");
        for (var tool : names.shown(endpoint)) {
            told.addArray().add(tool.name()).add(tool.server()).add(tool.defaults().key());
        }
        tell(event);
    }

    @Override
    public void begins(String key, @Nullable String snapshot) {
        var before = machine;
        var next = new Machine(config, sink, Keyed.of(key), id());
        machine = next;
        detachAll();
        if (before != null) {
            new Abandoned(before, sink).write();
            tell(Snapshots.object().put("k", "gap").put("ns", Machine.LATE));
        }
        var predecessor = orphans.begin(id(), now());
        if (predecessor != null && !predecessor.equals(id())) {
            tell(Snapshots.object().put("k", "gone").put("r", predecessor).put("dead", true));
        }
        exposed.keySet().forEach(endpoint -> show(next, endpoint));
        tell(Snapshots.object().put("k", "ack"));
    }

    @Override
    public void entries(List<SharedLog.Entry> entries) {
        var current = machine;
        if (current == null) {
            return;
        }
        boolean asked = false;
        long now = now();
        for (var entry : entries) {
            try {
                asked |= entry(current, entry, now);
            } catch (RuntimeException fault) {
                current.engine.counters().fault(); // one entry is not readable: the others are
            }
            barrier.check(current, now);
        }
        readNanos = now();
        if (asked) {
            tell(Snapshots.object().put("k", "ack"));
        }
    }

    /// True if another replica waits for an answer.
    private boolean entry(Machine current, SharedLog.Entry entry, long now) {
        var json = CanonicalJson.parse(entry.text());
        if (json == null) {
            throw new IllegalArgumentException("an entry is not readable");
        }
        boolean ours = entry.replica().equals(current.me);
        var span = Stored.text(json, "x");
        var mine = ours && span != null ? open.get(span) : null;
        current.apply(entry, json, ours, mine);
        var member = current.members.get(entry.replica());
        if (member != null) {
            member.readNanos = now;
        }
        String kind = Stored.need(json, "k");
        if (kind.equals("tick")) {
            tickedNanos = now;
        }
        if (kind.equals("gone") && current.me.equals(Stored.text(json, "r"))) {
            detachAll();
        }
        if (!kind.equals("ask")) {
            return false;
        }
        if (ours && span != null) {
            barrier.announced(span, entry.position());
        }
        return !ours;
    }

    /// What time alone settles; called about four times a second.
    void tick() {
        long now = now();
        barrier.tick(now);
        for (var recording : List.copyOf(open.values())) {
            if (recording.waits(now, PATIENCE) && recording.detach(false)) {
                barrier.remove(recording);
                tell(recording.event("drop"));
            }
            recording.writeEarly(now, MOMENT, sink::early);
        }
        var current = machine;
        if (current == null) {
            return;
        }
        if (now - readNanos < 2 * BEAT) { // the store answers: what it does not tell is not there
            watch(current, now);
        }
        if (now - toldNanos > BEAT) {
            tell(Snapshots.object().put("k", "ack"));
        }
        orphans.look(current, now);
    }

    /// The first replica that finds it due tells the time, and who is silent (rule S4).
    private void watch(Machine current, long now) {
        int rank = 0;
        List<String> silent = new ArrayList<>(0);
        for (var member : Map.copyOf(current.members).entrySet()) {
            rank += member.getKey().compareTo(current.me) < 0 ? 1 : 0;
            if (!member.getKey().equals(current.me)
                    && now - member.getValue().readNanos > SILENCE) {
                silent.add(member.getKey());
            }
        }
        silent.forEach(name -> tell(Snapshots.object().put("k", "gone").put("r", name)));
        if (now - tickedNanos > BEAT * (1 + rank) && current.waitsForTime()) {
            tell(Snapshots.object().put("k", "tick"));
            tickedNanos = now;
        }
    }

    /// Takes up what an earlier process of this replica left in its journal.
    void resume(Iterable<JournalRecord> stored) {
        orphans.add(stored);
    }

    JournalRecord.Checkpoint checkpoint() {
        return new JournalRecord.Checkpoint(orphans.checkpoint());
    }

    SharedLog.Health health() {
        return log.health();
    }

    LinkerStats stats() {
        var current = machine;
        return (current == null ? alone.engine : current.engine).counters().snapshot();
    }

    List<Explanation> explain(String id) {
        var current = machine;
        return current == null ? List.of() : TraceLinker.explained(id, current.scopes.values());
    }

    /// The others need not wait for us: what is open goes on without us (rule R5).
    void close() {
        tell(Snapshots.object().put("k", "bye"));
        log.close();
        detachAll();
    }
}
