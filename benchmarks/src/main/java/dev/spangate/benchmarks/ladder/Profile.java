package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/// Where the gateway's CPU time goes under one load: by kind of thread as the kernel counts it, and
/// by module from a flight recording (the deepest frame that belongs to one).
final class Profile {
    private static final Map<String, String> OWNERS = new LinkedHashMap<>();

    /// Samples of CPU time, native code included (JDK 25, Linux); else samples of Java code.
    private static final String CPU_SAMPLE = "jdk.CPUTimeSample";

    private static final String JAVA_SAMPLE = "jdk.ExecutionSample";
    private static final int SHOWN = 12;

    static {
        OWNERS.put("dev.spangate.linking", "linking");
        OWNERS.put("dev.spangate.telemetry.SpanMetrics", "metrics");
        OWNERS.put("dev.spangate.telemetry.Metrics", "metrics");
        OWNERS.put("dev.spangate.telemetry.BlockingSender", "export");
        OWNERS.put("dev.spangate.telemetry.SpanEncoder", "export");
        OWNERS.put("dev.spangate.telemetry.Destination", "export");
        OWNERS.put("dev.spangate.telemetry.OtlpTransport", "export");
        OWNERS.put("io.opentelemetry.exporter", "export");
        OWNERS.put("dev.spangate.telemetry", "journal");
        OWNERS.put("dev.spangate.llm", "LLM proxy and dialects");
        OWNERS.put("dev.spangate.mcp", "MCP proxy");
        OWNERS.put("jdk.internal.net.http", "upstream client");
        OWNERS.put("dev.spangate.proxy", "upstream client");
        OWNERS.put("dev.spangate.gateway", "server");
        OWNERS.put("io.helidon", "server");
    }

    private final Child process;

    Profile(Child process) {
        this.process = process;
    }

    /// What happens while the process is recorded; returns how many requests it was.
    @FunctionalInterface
    interface Work {
        long run() throws IOException, InterruptedException;
    }

    /// Records the process while the work runs and prints the shares.
    void of(String title, Work work, Path recording, PrintStream out)
            throws IOException, InterruptedException {
        jcmd(
                "JFR.start",
                "name=bench",
                "settings=profile",
                CPU_SAMPLE + "#enabled=true",
                CPU_SAMPLE + "#throttle=5ms");
        var before = process.cpuSecondsByThread();
        long requests = Math.max(1, work.run());
        var after = process.cpuSecondsByThread();
        jcmd("JFR.dump", "name=bench", "filename=" + recording);
        jcmd("JFR.stop", "name=bench");
        out.printf("%n%s, by thread (while a flight recorder ran)%n%n", title);
        var threads = new Table("thread", "CPU µs/request");
        var micros = new TreeMap<String, Double>();
        after.forEach((name, seconds) ->
                micros.put(name, (seconds - before.getOrDefault(name, 0.0)) * 1e6 / requests));
        largest(micros).forEach(threads::row);
        threads.print(out);
        out.printf("%n%s, by module%n%n", title);
        var modules = new Table("module", "share %");
        largest(shares(recording)).forEach(modules::row);
        modules.print(out);
    }

    private static Map<String, Double> largest(Map<String, Double> values) {
        var sorted = new LinkedHashMap<String, Double>();
        values.entrySet().stream()
                .filter(entry -> entry.getValue() >= 0.3)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /// Percent by owner.
    static Map<String, Double> shares(Path recording) throws IOException {
        var cpu = new HashMap<String, Integer>();
        var java = new HashMap<String, Integer>();
        for (var event : RecordingFile.readAllEvents(recording)) {
            switch (event.getEventType().getName()) {
                case CPU_SAMPLE -> cpu.merge(owner(event), 1, Integer::sum);
                case JAVA_SAMPLE -> java.merge(owner(event), 1, Integer::sum);
                default -> {
                    // Not about time on a processor.
                }
            }
        }
        var counts = cpu.isEmpty() ? java : cpu;
        double total = counts.values().stream().mapToInt(Integer::intValue).sum();
        var shares = new HashMap<String, Double>();
        counts.forEach((owner, count) -> shares.put(owner, 100 * count / total));
        return shares;
    }

    private static String owner(RecordedEvent sample) {
        var stack = sample.getStackTrace();
        if (stack == null) {
            return "no Java frame";
        }
        return stack.getFrames().stream()
                .map(frame -> ownerOf(frame.getMethod().getType().getName()))
                .filter(owner -> owner != null)
                .findFirst()
                .orElse("JDK and other");
    }

    static @Nullable String ownerOf(String type) {
        for (var owner : OWNERS.entrySet()) {
            if (type.startsWith(owner.getKey())) {
                return owner.getValue();
            }
        }
        return null;
    }

    private void jcmd(String... command) throws IOException, InterruptedException {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(process.pid()));
        line.addAll(List.of(command));
        var log = Files.createTempFile("spangate-bench", ".jcmd");
        try {
            var jcmd =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!jcmd.waitFor(30, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
                throw new IOException(
                        "jcmd %s: %s".formatted(command[0], Files.readString(log).strip()));
            }
        } finally {
            Files.delete(log);
        }
    }
}
