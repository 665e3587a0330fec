package dev.spangate.telemetry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// A running Collector with one of the configurations that `deploy/collector` ships.
final class Collector implements AutoCloseable {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final Path program;
    private final Path config;
    private final Map<String, String> environment;
    private final int grpcPort;
    private final int httpPort;
    private Process process;

    private Collector(
            Path program,
            Path config,
            Map<String, String> environment,
            int grpcPort,
            int httpPort) {
        this.program = program;
        this.config = config;
        this.environment = environment;
        this.grpcPort = grpcPort;
        this.httpPort = httpPort;
    }

    /// What a test changes in a shipped configuration: only what this build or machine lacks.
    interface Change {
        void apply(ObjectNode config);
    }

    static Collector start(
            Path program, String shipped, Path dir, Map<String, String> environment, Change change)
            throws IOException {
        // Jackson's tree knows no anchors; the engine below it does.
        var loaded = new Load(LoadSettings.builder().build());
        var text = Files.readString(root().resolve(shipped));
        var tree = (ObjectNode) YAML.valueToTree(loaded.loadFromString(text));
        int grpc = freePort();
        int http = freePort();
        var protocols = (ObjectNode) tree.at("/receivers/otlp/protocols");
        ((ObjectNode) protocols.get("grpc")).put("endpoint", "127.0.0.1:" + grpc);
        ((ObjectNode) protocols.get("http")).put("endpoint", "127.0.0.1:" + http);
        var quiet = ((ObjectNode) tree.get("service")).putObject("telemetry");
        quiet.putObject("metrics").put("level", "none");
        change.apply(tree);
        var config = dir.resolve("collector.yaml");
        Files.writeString(config, YAML.writeValueAsString(tree));
        var collector = new Collector(program, config, environment, grpc, http);
        collector.restart();
        return collector;
    }

    URI grpc() {
        return URI.create("http://127.0.0.1:" + grpcPort);
    }

    URI http() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    void restart() throws IOException {
        var builder =
                new ProcessBuilder(program.toString(), "--config", config.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(config.resolveSibling("collector.log").toFile());
        builder.environment().putAll(environment);
        builder.environment().put("COLLECTOR_QUEUE_DIR", config.resolveSibling("queue").toString());
        process = builder.start();
        for (int port : new int[] {grpcPort, httpPort}) {
            awaitPort(port);
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitPort(int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException(
                            "the Collector ended:\n"
                                    + Files.readString(config.resolveSibling("collector.log")),
                            e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
        throw new IOException("the Collector does not listen on " + port);
    }

    private static Path root() {
        var here = Path.of("").toAbsolutePath();
        while (here != null && !Files.exists(here.resolve("deploy/collector"))) {
            here = here.getParent();
        }
        return here;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
