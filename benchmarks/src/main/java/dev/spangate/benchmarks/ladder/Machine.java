package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What else goes on here while we measure.
final class Machine {
    private static final Path LOAD = Path.of("/proc/loadavg");

    private Machine() {}

    /// Of the last minute, as the kernel tells it; `-` elsewhere.
    static String loadAverage() throws IOException {
        return Files.isReadable(LOAD) ? Files.readString(LOAD).split(" ", 2)[0] : "-";
    }
}
