package dev.spangate.benchmarks.linking;

import dev.spangate.linking.LinkingConfig;
import java.util.List;
import java.util.SplittableRandom;

/// One simulated world: agents, tools, the gateway between them, and the truth about it all.
final class World {
    static final long QUIET = 15L * 60 * SimClock.SECOND;
    private static final long TICK = 250 * SimClock.MILLI;
    private static final List<Fault> STORE =
            List.of(Fault.STORE_GONE, Fault.STORE_SLOW, Fault.STORE_FLUSHED, Fault.STORE_CUT);
    private static final long CHECKPOINT = 20 * SimClock.SECOND;

    private static final PortMaker LONE =
            (clock, records, config, random) -> new Port(clock, records, config);

    final Traffic traffic;
    final SplittableRandom random;
    final SimClock clock = new SimClock();
    final Truth truth = new Truth();
    final Records records = new Records(clock);
    final Port port;
    final InferenceLeg.Opener legs;
    private long quietSince = Truth.NEVER;
    private int active;
    private int nextSet;
    private int nextResult;

    /// Makes what agents talk to.
    @FunctionalInterface
    interface PortMaker {
        Port make(SimClock clock, Records records, LinkingConfig config, SplittableRandom random);
    }

    World(Traffic traffic, long seed) {
        this(traffic, seed, ToldLeg::open);
    }

    World(Traffic traffic, long seed, InferenceLeg.Opener legs) {
        this(traffic, seed, legs, traffic.replicas == 0 ? LONE : replicated(traffic.replicas));
    }

    private static PortMaker replicated(int replicas) {
        return (clock, records, config, random) ->
                new ReplicatedPort(clock, records, config, replicas, random.split());
    }

    World(Traffic traffic, long seed, InferenceLeg.Opener legs, PortMaker ports) {
        this.legs = legs;
        this.traffic = traffic;
        this.random = new SplittableRandom(seed);
        this.port = ports.make(clock, records, config(traffic), random);
        truth.evictions = traffic.openCalls > 0;
    }

    private static LinkingConfig config(Traffic traffic) {
        var usual = LinkingConfig.defaults();
        return traffic.openCalls == 0
                ? usual
                : new LinkingConfig(
                        usual.window(),
                        usual.hold(),
                        usual.idle(),
                        usual.callIdKeys(),
                        traffic.openCalls,
                        usual.maxRuns());
    }

    /// Runs until every agent is done and everything that time settles is settled.
    void run() {
        for (int number = 0; number < traffic.agents; number++) {
            var agent = new Agent(this, number, random.split());
            clock.after(random.nextLong(2 * SimClock.SECOND), agent::begin);
            active++;
        }
        clock.after(TICK, this::tick);
        disturb(Fault.KILL, this::kill);
        disturb(Fault.STRANGER, new Stranger(this)::strike);
        disturb(Fault.CLOCK_STEP, () -> clock.step(random.nextLong(-300, 300) * SimClock.MILLI));
        for (var fault : STORE) {
            disturb(fault, () -> trouble(fault));
        }
        if (traffic.rate(Fault.KILL) > 0) {
            checkpoint();
        }
        while (clock.next()) {
            // events schedule events
        }
        port.close();
    }

    void agentDone() {
        active--;
    }

    boolean chance(Fault fault) {
        return random.nextDouble() < traffic.rate(fault);
    }

    /// A time around a mean, never below a fifth of it.
    long around(long nanos) {
        return nanos / 5 + random.nextLong(Math.max(1, nanos * 8 / 5));
    }

    int argumentSet() {
        return traffic.sets == 0 ? nextSet++ : random.nextInt(traffic.sets);
    }

    int resultOrdinal() {
        return nextResult++;
    }

    /// A user's message; the same for everybody where the traffic says so.
    String prompt(int agent, int run) {
        return traffic.samePrompts
                ? "Please do the usual round and tell me what you found."
                : "Request %d-%d: look after the shelf and tell me what is there."
                        .formatted(agent, run);
    }

    private void disturb(Fault fault, Runnable action) {
        double expected = traffic.rate(fault);
        for (int i = 0; i < expected; i++) {
            clock.after(random.nextLong(traffic.seconds * SimClock.SECOND), action);
        }
    }

    private void kill() {
        truth.kills.add(clock.elapsed());
        port.kill();
    }

    /// From its beginning to its end something may be missing.
    private void trouble(Fault fault) {
        if (port instanceof ReplicatedPort shared) {
            long time = fault == Fault.STORE_FLUSHED ? 0 : around(10 * SimClock.SECOND);
            for (long at = 0; at <= time + SimClock.SECOND; at += SimClock.SECOND) {
                truth.kills.add(clock.elapsed() + at);
                truth.troubles.add(clock.elapsed() + at);
            }
            shared.trouble(fault, time);
        }
    }

    private void checkpoint() {
        if (active > 0) {
            port.checkpoint();
            clock.after(CHECKPOINT, this::checkpoint);
        }
    }

    private void tick() {
        port.tick();
        if (active > 0) {
            quietSince = Truth.NEVER;
        } else if (quietSince == Truth.NEVER) {
            quietSince = clock.elapsed();
        }
        if (active > 0 || (!port.settled() && clock.elapsed() - quietSince < QUIET)) {
            clock.after(quietSince == Truth.NEVER ? TICK : 4 * TICK, this::tick);
        }
    }
}
