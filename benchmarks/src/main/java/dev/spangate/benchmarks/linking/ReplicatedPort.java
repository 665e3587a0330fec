package dev.spangate.benchmarks.linking;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// Several gateways behind a load balancer that sends every request anywhere; they share a store.
/// Their clocks differ by up to a second.
final class ReplicatedPort extends Port {
    private final SimClock clock;
    private final Records records;
    private final LinkingConfig config;
    private final SplittableRandom random;
    private final SimStore store;
    private final List<Member> processes = new ArrayList<>();
    private Member last;
    private int started;

    /// One gateway's process.
    private final class Member {
        final String journal;
        final long skew;
        final List<JournalRecord> written;
        final Set<String> drafts = new HashSet<>();
        final SimStore.Connection connection;
        final TraceLinker linker;
        boolean dead;

        Member(String journal, long skew, List<JournalRecord> stored) {
            this.journal = journal;
            this.skew = skew;
            this.written = new ArrayList<>(stored);
            stored.forEach(this::remember);
            this.connection = store.connect(journal + "-" + started++);
            EpochClock own = () -> clock.now() + skew;
            this.linker =
                    TraceLinker.shared(
                            config, own, this::write, connection, Duration.ZERO, Runnable::run);
            Port.exposeAll(linker);
            linker.resume(stored);
            linker.open();
        }

        private void remember(JournalRecord entry) {
            if (entry instanceof JournalRecord.Draft draft) {
                drafts.add(draft.spanId());
            }
        }

        private void write(JournalRecord entry) {
            if (dead) {
                return;
            }
            written.add(entry);
            remember(entry);
            if (!(entry instanceof JournalRecord.Withdrawn gone)
                    || drafts.contains(gone.spanId())) {
                records.write(entry); // else it says that another replica shows the run
            }
        }
    }

    ReplicatedPort(
            SimClock clock,
            Records records,
            LinkingConfig config,
            int replicas,
            SplittableRandom random) {
        super(clock, records, config);
        this.clock = clock;
        this.records = records;
        this.config = config;
        this.random = random;
        this.store = new SimStore(clock, random.split());
        for (int i = 0; i < replicas; i++) {
            long skew = random.nextLong(2 * SimClock.SECOND) - SimClock.SECOND;
            processes.add(new Member("r" + i, skew, List.of()));
        }
        this.last = processes.getFirst();
    }

    @Override
    InferenceRecording start(InferenceStart start) {
        last = any();
        return timed(() -> last.linker.start(start));
    }

    @Override
    ToolRecording start(ToolStart start) {
        last = any();
        return timed(() -> last.linker.start(start));
    }

    private Member any() {
        var alive = processes.stream().filter(process -> !process.dead).toList();
        return alive.get(random.nextInt(alive.size()));
    }

    @Override
    void tick() {
        processes.stream()
                .filter(process -> !process.dead)
                .forEach(process -> tell(process.linker::tick));
    }

    @Override
    void checkpoint() {
        // the log is the state; nothing of it lies in the journal
    }

    /// kill -9 of one of them; another process takes up its journal some time later.
    @Override
    void kill() {
        var victim = any();
        victim.dead = true;
        victim.connection.kill();
        clock.after(
                random.nextLong(30) * SimClock.SECOND,
                () -> {
                    processes.remove(victim);
                    processes.add(new Member(victim.journal, victim.skew, victim.written));
                });
    }

    /// Something happens to the store, and is over some time later.
    void trouble(Fault fault, long nanos) {
        switch (fault) {
            case STORE_GONE -> {
                store.gone(true);
                clock.after(nanos, () -> store.gone(false));
            }
            case STORE_SLOW -> {
                store.slow(2_000);
                clock.after(nanos, () -> store.slow(1));
            }
            case STORE_FLUSHED -> store.flush();
            default -> cut(nanos);
        }
    }

    /// One of them cannot reach the store for a while.
    private void cut(long nanos) {
        var victim = any();
        victim.connection.cut(true);
        clock.after(nanos, () -> victim.connection.cut(false));
    }

    @Override
    Object process() {
        return last;
    }

    @Override
    boolean dead(Object process) {
        return process instanceof Member one && one.dead;
    }

    @Override
    long faults() {
        return processes.stream().mapToLong(process -> process.linker.stats().faults()).sum();
    }

    @Override
    void close() {
        processes.stream()
                .filter(process -> !process.dead)
                .forEach(process -> process.linker.close());
    }
}
