package dev.spangate.benchmarks.linking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.linking.JournalRecord.Release;
import dev.spangate.testing.RedisProcess;
import dev.spangate.testing.SuiteNotes;
import dev.spangate.testing.TcpFaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/// The suite `replicas`: known traffic over three replicas, in virtual time with every fault of
/// processes and stores, and over a real Redis. Nothing wrong, nothing lost, one root per trace.
@Tag("replicas")
class ReplicasTruthTest {
    /// Faster than real time; the network to Redis seems that much slower.
    private static final int PACE = 5;

    /// Each scenario of three replicas in virtual time.
    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void nothingIsWrongWhateverHappensToReplicasAndStore(Scenario scenario) {
        var score = scenario.run(1, SuiteNotes.full());

        assertThat(score.wrongs).isEmpty();
        assertThat(score.faults).isEmpty();
        assertThat(score.executions).isPositive();
        if (!score.missed.isEmpty()) {
            SuiteNotes.figures("replicas", "%s missed %s".formatted(scenario.name(), score.missed));
        }
        assertThat(score.recall())
                .as("recall %d/%d, missed %s", score.evidentFound, score.evident, score.missed)
                .isGreaterThan(goal(scenario));
    }

    /// Nearly everything that the wire tells; less in the short form where gateways are killed:
    /// nobody waits for the store (S2), so an answer of a gateway that dies at once may have
    /// reached its agent and not the store, and an execution by its call's id stays unlinked (L5).
    /// Seen with seed 1: 231 of 237 in the few worlds of the short form, 2212 of 2239 in the full
    /// one, which asks for the goal itself and also finds runs split and without a top span there.
    private static double goal(Scenario scenario) {
        boolean kills = scenario.name().equals("replicas-kill");
        return kills && !SuiteNotes.full() ? 0.95 : 0.98;
    }

    static List<Scenario> scenarios() {
        return ReplicaScenarios.all();
    }

    /// The rules hold over three replicas as they hold in one process.
    @Test
    void everyScenarioOfOneProcessHoldsOverThree() {
        var total = new Score();
        for (var scenario : SuiteNotes.full() ? Scenarios.all() : fewScenarios()) {
            scenario.traffic().replicas(3);
            var score = scenario.run(7, false);
            assertThat(score.wrongs).as(scenario.name()).isEmpty();
            total.add(score);
        }

        assertThat(total.precisionCertain()).isEqualTo(1.0);
        assertThat(total.recall()).isGreaterThan(0.99);
    }

    private static List<Scenario> fewScenarios() {
        var names = Set.of("same-arguments", "reused-ids", "sub-agents", "retries", "late-ends");
        return Scenarios.all().stream().filter(s -> names.contains(s.name())).toList();
    }

    /// S1 to S6 over a real Redis.
    @Test
    void overARealRedis() throws Exception {
        try (var redis = RedisProcess.start().orElse(null)) {
            assumeTrue(redis != null, RedisProcess.missing());
            var world = new PacedWorld(redis.port(), "truth", traffic(), 3);
            world.run();

            assertThat(world.score.wrongs).isEmpty();
            assertThat(world.lost()).as("%s", world.score.faults).isZero();
            assertThat(world.roots()).isEqualTo(world.traces());
            SuiteNotes.figures("replicas", world.figures());
        }
    }

    /// S5 over a real Redis: slow, gone, silent and emptied while agents work.
    @Test
    void overARealRedisInTrouble() throws Exception {
        try (var redis = RedisProcess.start().orElse(null)) {
            assumeTrue(redis != null, RedisProcess.missing());
            try (var way = TcpFaults.before(redis.port())) {
                var world = new PacedWorld(way.port(), "trouble", traffic(), 4);
                world.disturb(4, () -> way.slow(60));
                world.disturb(8, way::heal);
                world.disturb(12, way::cut);
                world.disturb(16, way::heal);
                world.disturb(20, way::silence);
                world.disturb(24, way::heal);
                world.disturb(28, () -> redis.command("FLUSHALL"));
                world.run();

                assertThat(world.score.wrongs).isEmpty();
                assertThat(world.lost()).as("%s", world.score.faults).isZero();
            }
        }
    }

    /// The same in a container, of Valkey's image, where an engine runs.
    @Test
    void overValkeyInAContainer() throws Exception {
        assumeTrue(engine(), "no container engine answers: the Valkey variant did not run");
        try (var valkey = new GenericContainer<>("valkey/valkey:8-alpine")) {
            valkey.withExposedPorts(6379).start();
            var world = new PacedWorld(valkey.getMappedPort(6379), "valkey", traffic(), 5);
            world.run();

            assertThat(world.score.wrongs).isEmpty();
            assertThat(world.lost()).as("%s", world.score.faults).isZero();
        }
    }

    private static boolean engine() {
        try {
            return DockerClientFactory.instance().isDockerAvailable();
        } catch (RuntimeException | Error noEngine) {
            return false;
        }
    }

    private static Traffic traffic() {
        return Traffic.of(Habits.PLAIN.with(Order.SHUFFLED))
                .habits(r -> r.nextBoolean() ? Habits.CODEX : Habits.PLAIN)
                .agents(8, 1)
                .size(SuiteNotes.full() ? 40 : 8, 4, 3)
                .variety(3, 6);
    }

    /// A world whose time passes, because a real store is in it.
    private static final class PacedWorld {
        final World world;
        final List<Runnable> disturbances = new ArrayList<>();
        Score score = new Score();

        PacedWorld(int port, String prefix, Traffic traffic, long seed) throws Exception {
            var made = new AtomicReference<RedisPort>();
            world =
                    new World(
                            traffic,
                            seed,
                            ToldLeg::open,
                            (clock, records, config, random) -> {
                                made.set(
                                        new RedisPort(
                                                clock,
                                                records,
                                                config,
                                                random.split(),
                                                port,
                                                prefix));
                                return made.get();
                            });
            made.get().connect();
            world.clock.pace(PACE);
        }

        /// What happens to the store in so many seconds of the world.
        void disturb(int second, Runnable fault) {
            world.clock.after(second * SimClock.SECOND, fault);
            for (int i = second; i < second + 5; i++) {
                world.truth.troubles.add(i * SimClock.SECOND);
                world.truth.kills.add(i * SimClock.SECOND);
            }
        }

        void run() {
            world.run();
            score = Scorer.score(world.truth, world.records);
        }

        /// Spans that were recorded and are not there, and spans without the parent that they name.
        long lost() {
            return score.faults.entrySet().stream()
                    .filter(fault ->
                            fault.getKey().matches(".*(never released|has no span|no span).*"))
                    .mapToLong(java.util.Map.Entry::getValue)
                    .sum();
        }

        long traces() {
            Set<String> traces = new HashSet<>();
            releases().forEach(release -> traces.add(release.traceId()));
            return traces.size();
        }

        long roots() {
            return releases().stream().filter(release -> release.parentSpanId() == null).count();
        }

        private List<Release> releases() {
            return world.records.entries().stream()
                    .map(Records.Entry::record)
                    .filter(Release.class::isInstance)
                    .map(Release.class::cast)
                    .toList();
        }

        String figures() {
            return "traces=%d roots=%d wrong=%d lost=%d"
                    .formatted(traces(), roots(), score.wrong, lost());
        }
    }
}
