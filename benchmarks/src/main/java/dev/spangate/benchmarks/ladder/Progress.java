package dev.spangate.benchmarks.ladder;

/// Says what a long run is doing, on standard error, so that standard output stays the report.
final class Progress {
    private final long begin = System.nanoTime();

    void say(String what) {
        System.err.printf("[%3d s] %s%n", (System.nanoTime() - begin) / 1_000_000_000, what);
    }
}
