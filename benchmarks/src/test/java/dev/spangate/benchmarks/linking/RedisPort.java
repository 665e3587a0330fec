package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.SharedLog;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import dev.spangate.redis.RedisConfig;
import dev.spangate.redis.RedisStore;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/// Three gateways' linkers, each with its own connections to a real Redis; every request goes to
/// any of them, the others hear of it through the store alone.
final class RedisPort extends Port {
    private final SplittableRandom random;
    private final List<TraceLinker> linkers = new ArrayList<>();

    RedisPort(
            SimClock clock,
            Records records,
            LinkingConfig usual,
            SplittableRandom random,
            int port,
            String prefix) {
        super(clock, records, usual);
        this.random = random;
        var config =
                new LinkingConfig(
                        usual.window(),
                        usual.hold(),
                        Duration.ofSeconds(60), // real time passes here: idle runs end sooner
                        usual.callIdKeys(),
                        usual.maxOpenCalls(),
                        usual.maxRuns());
        for (int i = 0; i < 3; i++) {
            var linker =
                    TraceLinker.shared(
                            config,
                            clock,
                            new Journal(records)::write,
                            log(port, prefix),
                            Duration.ofMillis(20),
                            Thread::startVirtualThread);
            exposeAll(linker);
            linker.open();
            linkers.add(linker);
        }
    }

    private static SharedLog log(int port, String prefix) {
        var config =
                new RedisConfig(
                        URI.create("redis://127.0.0.1:" + port),
                        null,
                        null,
                        null,
                        prefix,
                        Duration.ofMillis(300));
        return RedisStore.of(config).log();
    }

    /// What one of them writes; that another shows a run is no record of a span.
    private record Journal(Records records, Set<String> drafts) {
        Journal(Records records) {
            this(records, ConcurrentHashMap.newKeySet());
        }

        void write(JournalRecord entry) {
            if (entry instanceof JournalRecord.Draft draft) {
                drafts.add(draft.spanId());
            }
            if (!(entry instanceof JournalRecord.Withdrawn gone)
                    || drafts.contains(gone.spanId())) {
                records.write(entry);
            }
        }
    }

    /// Waits until each of them has heard of the others.
    void connect() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!up()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the store does not answer");
            }
            Thread.sleep(20);
        }
        Thread.sleep(300);
    }

    boolean up() {
        return linkers.stream()
                .map(TraceLinker::store)
                .allMatch(health ->
                        Objects.requireNonNull(health).answers() && health.waiting() == 0);
    }

    @Override
    InferenceRecording start(InferenceStart start) {
        return any().start(start);
    }

    @Override
    ToolRecording start(ToolStart start) {
        return any().start(start);
    }

    private TraceLinker any() {
        return linkers.get(random.nextInt(linkers.size()));
    }

    @Override
    void tick() {
        linkers.forEach(TraceLinker::tick);
    }

    @Override
    boolean settled() {
        return up()
                && linkers.stream()
                        .map(TraceLinker::stats)
                        .allMatch(s -> s.liveRuns() == 0 && s.heldExecutions() == 0);
    }

    @Override
    long faults() {
        return linkers.stream().mapToLong(linker -> linker.stats().faults()).sum();
    }

    @Override
    void close() {
        linkers.forEach(TraceLinker::close);
    }
}
