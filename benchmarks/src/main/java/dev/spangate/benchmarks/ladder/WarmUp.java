package dev.spangate.benchmarks.ladder;

import java.io.IOException;

/// Load before a measurement: a JVM that still compiles what it runs says nothing of what a request
/// costs.
final class WarmUp {
    private static final double QUIET = 0.15;

    private WarmUp() {}

    /// Loads the target for `seconds`, and up to twice as long while its compilers still take a
    /// noticeable share of its time.
    static void of(Target target, Exchange exchange, int connections, double seconds)
            throws IOException, InterruptedException {
        var process = target.process();
        Load.closed(target.base(), exchange, connections, seconds);
        double slice = Math.max(0.5, seconds / 4);
        for (int i = 0; i < 4 && process != null; i++) {
            double all = process.cpuSeconds();
            double compilers = process.compilerSeconds();
            Load.closed(target.base(), exchange, connections, slice);
            double spent = process.cpuSeconds() - all;
            if (process.compilerSeconds() - compilers < QUIET * spent) {
                return;
            }
        }
    }
}
