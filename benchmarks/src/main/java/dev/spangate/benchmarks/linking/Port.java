package dev.spangate.benchmarks.linking;

import dev.spangate.linking.InferenceRecording;
import dev.spangate.linking.InferenceStart;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.ToolRecording;
import dev.spangate.linking.ToolStart;
import dev.spangate.linking.TraceLinker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.function.Supplier;

/// The gateway of a simulated world, reduced to what it tells the linker; can be killed.
class Port {
    private static final List<String> ENDPOINTS =
            List.of(
                    "/mcp",
                    "/mcp/weather",
                    "/mcp/files",
                    "/mcp/db",
                    "/mcp/docs",
                    "/mcp/web",
                    "/mcp/mail");

    private final SimClock clock;
    private final Records records;
    private final LinkingConfig config;
    private final ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
    private TraceLinker linker;
    private int generation;
    private long cpuNanos;

    Port(SimClock clock, Records records, LinkingConfig config) {
        this.clock = clock;
        this.records = records;
        this.config = config;
        this.linker = create();
    }

    InferenceRecording start(InferenceStart start) {
        return timed(() -> linker.start(start));
    }

    ToolRecording start(ToolStart start) {
        return timed(() -> linker.start(start));
    }

    /// The linker of now; another one after a kill.
    TraceLinker linker() {
        return linker;
    }

    /// Tells a recording something.
    void tell(Runnable message) {
        timed(() -> {
            message.run();
            return true;
        });
    }

    void tick() {
        tell(linker::tick);
    }

    void checkpoint() {
        records.checkpoint(timed(linker::checkpoint));
    }

    /// kill -9 and a new process that reads the journal; recordings of before are void.
    void kill() {
        var stored = records.stored();
        generation++;
        linker = create();
        tell(() -> linker.resume(stored));
        checkpoint();
    }

    /// The process that the last recording was started in.
    Object process() {
        return generation;
    }

    /// It was killed: recordings of it are void.
    boolean dead(Object process) {
        return !process.equals(generation);
    }

    /// Nothing can come of waiting any longer; never said where time is for free.
    boolean settled() {
        return false;
    }

    /// Faults that linkers caught.
    long faults() {
        return linker.stats().faults();
    }

    long cpuNanos() {
        return cpuNanos;
    }

    void close() {
        linker.close();
    }

    /// Drops the linker with all that it holds.
    void forget() {
        linker.close();
        linker = create();
    }

    private TraceLinker create() {
        var created = TraceLinker.create(config, clock, records);
        exposeAll(created);
        return created;
    }

    static void exposeAll(TraceLinker linker) {
        ENDPOINTS.forEach(endpoint -> linker.expose(endpoint, Tool.shownAt(endpoint)));
    }

    final <T> T timed(Supplier<T> call) {
        long before = cpu.getCurrentThreadCpuTime();
        try {
            return call.get();
        } finally {
            cpuNanos += cpu.getCurrentThreadCpuTime() - before;
        }
    }
}
