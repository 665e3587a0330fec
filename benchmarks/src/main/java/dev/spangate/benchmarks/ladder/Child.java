package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A process under measurement: CPU time and memory as the kernel counts them.
final class Child implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final int STOP_SECONDS = 40;
    private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre.*");

    private final Process process;
    private final Path log;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static Child start(List<String> command, Path log) throws IOException {
        var process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        return new Child(process, log);
    }

    /// A Java main.
    static Child java(
            List<String> flags, String classPath, String main, List<String> args, Path log)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(args);
        return start(command, log);
    }

    /// Waits for a line that begins with `prefix` and returns the rest of it.
    String await(String prefix, int seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            for (var line : Files.readAllLines(log, StandardCharsets.UTF_8)) {
                if (line.startsWith(prefix)) {
                    return line.substring(prefix.length()).strip();
                }
            }
            if (!process.isAlive()) {
                break;
            }
            Thread.sleep(20);
        }
        throw new IOException("no line '" + prefix + "' from the process; its output: " + output());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// All it has said so far.
    String output() throws IOException {
        return Files.readString(log);
    }

    /// CPU seconds of the process and its children so far (user and system), without the JVM's
    /// compiler threads: how much they do tells how long a process has been running, not what a
    /// request costs.
    double cpuSeconds() throws IOException {
        double seconds = cpu(Path.of("/proc/" + process.pid() + "/stat"));
        for (var child : process.descendants().toList()) {
            seconds += cpu(Path.of("/proc/" + child.pid() + "/stat"));
        }
        return seconds - compilerSeconds();
    }

    /// CPU seconds of the JVM's compiler threads so far; 0 where it is none.
    double compilerSeconds() throws IOException {
        double seconds = 0;
        for (var thread : cpuSecondsByThread().entrySet()) {
            seconds += COMPILER.matcher(thread.getKey()).matches() ? thread.getValue() : 0;
        }
        return seconds;
    }

    /// CPU seconds so far of the threads by name; what a name has in numbers at its end is left
    /// out.
    Map<String, Double> cpuSecondsByThread() throws IOException {
        var seconds = new TreeMap<String, Double>();
        try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (var task : tasks.toList()) {
                try {
                    var name = Files.readString(task.resolve("comm")).strip();
                    seconds.merge(
                            name.replaceAll("[-#0-9]+$", ""),
                            cpu(task.resolve("stat")),
                            Double::sum);
                } catch (IOException gone) {
                    // A thread that has ended in between.
                    seconds.merge("ended", 0.0, Double::sum);
                }
            }
        }
        return seconds;
    }

    private static double cpu(Path statFile) throws IOException {
        var stat = Files.readString(statFile);
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /// Resident memory in MB.
    long residentMegabytes() throws IOException {
        long kilobytes = 0;
        for (var line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes / 1024;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
