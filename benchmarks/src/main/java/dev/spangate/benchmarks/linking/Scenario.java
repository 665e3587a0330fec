package dev.spangate.benchmarks.linking;

/// One row of the table.
///
/// @param name what `--scenario` takes
/// @param story what happens in it
/// @param evidence what the wire holds of it, and what cannot be known
/// @param counted false: outside the totals, only `certain` must not be wrong
/// @param worlds how many worlds of it the full form runs; the short form runs a few
/// @param traffic what its worlds are like
record Scenario(
        String name, String story, String evidence, boolean counted, int worlds, Traffic traffic) {

    /// Runs its worlds; world `n` has a seed of its own that depends on nothing else.
    Score run(long seed, boolean full) {
        int count = full ? worlds : Math.max(1, worlds / 8);
        var total = new Score();
        for (int i = 0; i < count; i++) {
            total.add(world(seed * 1_000_003L + i * 7_919L + name.hashCode(), full && i == 0));
        }
        return total;
    }

    /// Runs one world.
    Score world(long seed, boolean weigh) {
        var world = new World(traffic, seed);
        world.run();
        var score = Scorer.score(world.truth, world.records);
        score.cpuNanos = world.port.cpuNanos();
        score.memory = weigh ? weight(world) : 0;
        score.wrongs.replaceAll(text -> text + " (world " + seed + ")");
        return score;
    }

    /// Bytes that the linker alone still holds when everything is settled.
    private static long weight(World world) {
        long with = OpenCalls.settled();
        world.port.forget();
        return Math.max(0, with - OpenCalls.settled());
    }
}
