package dev.spangate.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// A gateway as a process of its own: `spangate run` as a person starts it.
final class GatewayProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final int port;
    private final int adminPort;

    private GatewayProcess(Process process, Path log, JsonNode ports) {
        this.process = process;
        this.log = log;
        this.port = ports.path("traffic").asInt();
        this.adminPort = ports.path("admin").asInt();
    }

    static GatewayProcess start(Path folder, String config, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("spangate.yaml"), config);
        Path ports = folder.resolve("ports.json");
        Files.deleteIfExists(ports);
        Path log = Files.createTempFile(folder, "gateway-", ".log");
        var command = new ArrayList<>(JavaProcess.command("dev.spangate.gateway.Main"));
        command.addAll(
                List.of("run", "--config", file.toString(), "--ports-file", ports.toString()));
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        long deadline = System.nanoTime() + START.toNanos();
        while (!Files.exists(ports)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                throw new IOException("the gateway did not start: " + Files.readString(log));
            }
            Thread.sleep(20);
        }
        return new GatewayProcess(process, log, Json.read(Files.readString(ports)));
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    /// Everything it has written to standard output and standard error.
    String log() throws IOException {
        return Files.readString(log);
    }

    /// kill -9.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// SIGTERM, without waiting.
    void terminate() {
        process.destroy();
    }

    /// Waits for its end.
    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the gateway did not end within a minute");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
