package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// Where the gateway's CPU time goes: a flight recording of it, its samples counted by the module
/// that the deepest known frame belongs to.
final class Profile {
    private static final Map<String, String> OWNERS = new LinkedHashMap<>();

    static {
        OWNERS.put("dev.spangate.linking", "linking");
        OWNERS.put("dev.spangate.telemetry", "journal, capture and export");
        OWNERS.put("io.opentelemetry", "journal, capture and export");
        OWNERS.put("dev.spangate.llm", "LLM proxy and dialects");
        OWNERS.put("dev.spangate.mcp", "MCP proxy");
        OWNERS.put("jdk.internal.net.http", "upstream client");
        OWNERS.put("dev.spangate.proxy", "upstream client");
        OWNERS.put("io.helidon", "web server");
    }

    private Profile() {}

    /// Records the process while the load runs and returns shares in percent by owner.
    static Map<String, Double> of(long pid, Runnable loadMeanwhile)
            throws IOException, InterruptedException {
        var file = Files.createTempFile("spangate", ".jfr");
        jcmd(pid, "JFR.start", "name=bench", "settings=profile");
        loadMeanwhile.run();
        jcmd(pid, "JFR.dump", "name=bench", "filename=" + file);
        jcmd(pid, "JFR.stop", "name=bench");
        var counts = new TreeMap<String, Integer>();
        int total = 0;
        for (var event : RecordingFile.readAllEvents(file)) {
            if (event.getEventType().getName().equals("jdk.ExecutionSample")) {
                counts.merge(owner(event), 1, Integer::sum);
                total++;
            }
        }
        Files.delete(file);
        var shares = new LinkedHashMap<String, Double>();
        for (var entry : counts.entrySet()) {
            shares.put(entry.getKey(), 100.0 * entry.getValue() / Math.max(1, total));
        }
        return shares;
    }

    private static String owner(RecordedEvent sample) {
        var stack = sample.getStackTrace();
        if (stack != null) {
            for (var frame : stack.getFrames()) {
                var type = frame.getMethod().getType().getName();
                for (var owner : OWNERS.entrySet()) {
                    if (type.startsWith(owner.getKey())) {
                        return owner.getValue();
                    }
                }
            }
        }
        return "JDK and other";
    }

    private static void jcmd(long pid, String... command) throws IOException, InterruptedException {
        var line = new java.util.ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        line.add(Long.toString(pid));
        line.addAll(List.of(command));
        var process =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("jcmd could not reach the gateway's process");
        }
    }
}
