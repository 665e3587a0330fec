package dev.spangate.linking;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Decides which run an exchange belongs to and which tool call a tool execution answers.
///
/// Proxies call it on the request's own thread: `start` when the request has been read, then
/// exactly one end on the recording; closing it without one records a cancellation.
///
/// Guarantees:
/// 1. No method throws or blocks on I/O; a fault here never fails the exchange.
/// 2. The [SpanRef] of a recording is fixed at the start, so it can be propagated upstream.
/// 3. A link is final once released; what evidence cannot decide stays unlinked.
/// 4. Memory is bounded: runs and unanswered tool calls expire, and every expiry is counted.
public final class TraceLinker implements AutoCloseable {
    private final RecordSink sink;
    private final Map<String, Scope> scopes = new ConcurrentHashMap<>();
    private final Map<String, List<ExposedTool>> exposed = new ConcurrentHashMap<>();
    private final @Nullable Replica replica;
    private final Duration patience;
    private volatile Engine engine;

    private TraceLinker(
            Engine engine, RecordSink sink, @Nullable Replica replica, Duration patience) {
        this.patience = patience;
        this.engine = engine;
        this.sink = sink;
        this.replica = replica;
    }

    /// A linker that hands its records to `sink`.
    public static TraceLinker create(LinkingConfig config, EpochClock clock, RecordSink sink) {
        return new TraceLinker(
                Engine.of(config, clock, sink, Keyed.random()), sink, null, Duration.ZERO);
    }

    /// One of several linkers that link together through `log` (rules S1 to S6): an inference is
    /// never held up, a tool execution for at most `patience`. Where the log does not answer,
    /// exchanges stand unlinked. `looking` runs what compares requests with what others told: not
    /// the caller's thread, and not the log's.
    public static TraceLinker shared(
            LinkingConfig config,
            EpochClock clock,
            RecordSink sink,
            SharedLog log,
            Duration patience,
            Executor looking) {
        var replica = new Replica(config, clock, sink, log, looking);
        return new TraceLinker(replica.operationsEngine(), sink, replica, patience);
    }

    /// Begins to read and write the shared log, after [#resume]; nothing without one.
    public void open() {
        if (replica != null) {
            replica.open();
        }
    }

    /// How the shared store does; null without one.
    public SharedLog.@Nullable Health store() {
        return replica == null ? null : replica.health();
    }

    /// An inference whose request has been read; its run is decided here (rules R1 to R4).
    public InferenceRecording start(InferenceStart start) {
        if (replica != null) {
            return new InferenceRecording(replica.alone(), start, replica.start(start));
        }
        var scope = scope(start.origin());
        List<Inference> placed = new ArrayList<>(1);
        scope.guarded(() -> {
            var view = RequestView.of(start.messages(), engine.keyed(), engine.json());
            scope.step(() -> placed.add(scope.runs.start(start, view)));
        });
        return new InferenceRecording(scope, start, placed.isEmpty() ? null : placed.getFirst());
    }

    /// A tool execution whose request has been read.
    public ToolRecording start(ToolStart start) {
        if (replica != null) {
            var shared = replica.start(start);
            var told = shared.await(patience);
            return new ToolRecording(replica.alone(), start, shared, told);
        }
        var scope = scope(start.origin());
        List<Execution> matched = new ArrayList<>(1);
        long now = engine.clock().now();
        scope.guarded(() -> {
            var facts = facts(start, now);
            scope.step(() -> matched.add(scope.executions.start(start, facts)));
        });
        return new ToolRecording(scope, start, matched.isEmpty() ? null : matched.getFirst());
    }

    private ExecutionFacts facts(ToolStart start, long now) {
        var tool = engine.names().executed(start.endpoint(), start.tool(), start.server());
        var json = engine.json();
        long plain = json.hash(start.arguments(), CanonicalJson.Defaults.NONE);
        List<String> callIds = new ArrayList<>(1);
        for (var key : engine.config().callIdKeys()) {
            var id = start.meta().get(key);
            if (id != null && !id.isEmpty()) {
                callIds.add(id);
            }
        }
        return new ExecutionFacts(
                now,
                tool.defaults().isEmpty() ? plain : json.hash(start.arguments(), tool.defaults()),
                plain,
                callIds,
                start.origin().ids(),
                Spans.usedTraceId(start.origin()),
                exchange(start.mcpSession(), start.origin().connection()),
                false);
    }

    private static String exchange(@Nullable String mcpSession, String connection) {
        return mcpSession != null ? "session " + mcpSession : connection;
    }

    /// Any other operation worth a span.
    public OperationRecording start(OperationStart start) {
        return OperationRecording.of(engine, start);
    }

    /// Says which tools an endpoint shows, whenever that changes (rule L2).
    public void expose(String endpoint, Collection<ExposedTool> tools) {
        if (replica != null) {
            replica.expose(endpoint, tools);
            return;
        }
        exposed.put(endpoint, List.copyOf(tools));
        engine.names().expose(endpoint, tools, engine.json());
    }

    /// Takes up what an earlier process stored: the last checkpoint and what follows it, in the
    /// order of the journal. Called once, before the first exchange. Held drafts are released by
    /// new records as soon as they can be, none twice.
    public void resume(Iterable<JournalRecord> stored) {
        if (replica != null) {
            replica.resume(stored);
            return;
        }
        var key = Checkpoints.key(stored);
        if (key == null) {
            return;
        }
        scopes.clear();
        engine = Engine.of(engine.config(), engine.clock(), sink, key);
        exposed.forEach((endpoint, tools) -> engine.names().expose(endpoint, tools, engine.json()));
        engine.out().announced();
        Checkpoints.read(stored, engine, this::scope);
        engine.out().flush();
    }

    /// The linker's live state, for the head of a journal segment. [#resume] must get it before any
    /// record that the sink is given after this call begins; records that it gets once more are no
    /// harm. Takes a second or more where much is remembered; from any thread, one at a time.
    public JournalRecord.Checkpoint checkpoint() {
        if (replica != null) {
            return replica.checkpoint();
        }
        var checkpoint = new JournalRecord.Checkpoint(Checkpoints.write(engine, scopes.values()));
        engine.out().announced();
        return checkpoint;
    }

    /// Settles what time alone settles (holds, idle runs); called about four times a second.
    public void tick() {
        if (replica != null) {
            replica.tick();
            return;
        }
        long now = engine.clock().now();
        for (var scope : scopes.values()) {
            scope.step(() -> scope.tick(now));
        }
    }

    /// Why executions were linked, or not: by span id of the execution, or by id of a tool call
    /// (every execution and every call that it names, in every link scope). Kept for the latest
    /// executions of each scope, at most 24 hours; empty for anything else. Waits for the scopes'
    /// locks, so not for the request path, and for the operator's eyes only: it knows all callers.
    public List<Explanation> explain(String id) {
        if (replica != null) {
            return replica.explain(id);
        }
        return explained(id, scopes.values());
    }

    static List<Explanation> explained(String id, Collection<Scope> scopes) {
        List<Explanation> found = new ArrayList<>(1);
        for (var scope : scopes) {
            scope.locked(() -> scope.explanations.explain(id, found));
        }
        return List.copyOf(found);
    }

    /// What was linked and what is held, for metrics.
    public LinkerStats stats() {
        return replica != null ? replica.stats() : engine.counters().snapshot();
    }

    /// The configuration it was created with.
    public LinkingConfig config() {
        return engine.config();
    }

    /// Epoch nanoseconds of the linker's clock.
    public long now() {
        return engine.clock().now();
    }

    /// Ends no run: what is open stays in the journal and is resumed (rule R5).
    @Override
    public void close() {
        if (replica != null) {
            replica.close();
        }
        engine.out().flush();
    }

    private Scope scope(Origin origin) {
        return scope(origin.scope());
    }

    private Scope scope(String named) {
        var known = scopes.get(named);
        return known != null
                ? known
                : scopes.computeIfAbsent(named, name -> new Scope(name, engine));
    }
}
