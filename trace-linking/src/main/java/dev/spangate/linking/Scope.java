package dev.spangate.linking;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/// One link scope: everything that may ever be matched with each other. A single-threaded state
/// machine behind one lock, which is held for look-ups and arithmetic alone.
final class Scope {
    final String name;
    final Engine engine;
    final ReentrantLock lock = new ReentrantLock();
    final OpenCalls calls;
    final Nodes nodes;
    final Continuations continuations;
    final Runs runs;
    final Inferences inferences;
    final SubAgents subAgents;
    final Executions executions;
    final Settling settling;
    final Evidence evidence;
    final LocalTools localTools;
    final Explanations explanations;
    final Missing missing;

    private final ArrayDeque<Execution> work = new ArrayDeque<>();
    private long seq;
    private long resumed = -1;

    Scope(String name, Engine engine) {
        this.name = name;
        this.engine = engine;
        this.missing = new Missing(engine.missing());
        this.calls = new OpenCalls(engine);
        this.nodes = new Nodes(this);
        this.continuations = new Continuations(this);
        this.runs = new Runs(this);
        this.inferences = new Inferences(this);
        this.subAgents = new SubAgents(this);
        this.executions = new Executions(this);
        this.settling = new Settling(this);
        this.evidence = new Evidence(this);
        this.localTools = new LocalTools(this);
        this.explanations = new Explanations(this);
    }

    /// Runs one step of the machine: under the lock, its faults caught and counted, its records
    /// handed over outside of it.
    void step(Runnable step) {
        lock.lock();
        try {
            step.run();
            settleWork();
        } catch (RuntimeException | StackOverflowError fault) {
            work.clear();
            engine.counters().fault();
        } finally {
            lock.unlock();
        }
        engine.out().flush();
    }

    /// Computes something outside the lock; a fault is caught and counted.
    void guarded(Runnable computing) {
        try {
            computing.run();
        } catch (RuntimeException | StackOverflowError fault) {
            engine.counters().fault();
        }
    }

    /// Reads something under the lock.
    void locked(Runnable reading) {
        lock.lock();
        try {
            reading.run();
        } finally {
            lock.unlock();
        }
    }

    /// True if the name means a tool of ours (rule R4).
    boolean isOurs(String name) {
        lock.lock();
        try {
            return calls.names().ours(name);
        } finally {
            lock.unlock();
        }
    }

    /// Position in this scope's order of events.
    long next() {
        return ++seq;
    }

    /// Events of an earlier process came before.
    void resumeAt(long position) {
        seq = Math.max(seq, position);
        resumed = seq;
    }

    /// It came in an earlier process, of which executions released without a link are not known.
    boolean beforeResume(long position) {
        return position <= resumed;
    }

    long now() {
        return engine.clock().now();
    }

    /// Something about this execution has changed: it is looked at before the step ends.
    void look(Execution execution) {
        work.add(execution);
    }

    private void settleWork() {
        for (var execution = work.poll(); execution != null; execution = work.poll()) {
            settling.settle(execution);
        }
    }

    void emit(JournalRecord entry) {
        engine.out().add(entry);
    }

    /// What time alone settles.
    void tick(long now) {
        runs.tick(now);
        settling.tick(now);
        nodes.tick(now);
        explanations.tick(now);
    }
}
