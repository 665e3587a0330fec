package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Starts gateways as they ship, each a process of its own, and waits for their first answer.
final class Gateways {
    /// As the launcher and the image start it.
    static final List<String> SHIPPED =
            List.of(
                    "-XX:+UseCompactObjectHeaders",
                    "-XX:+UseSerialGC",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-Dsun.net.inetaddr.ttl=30",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED");

    private static final Pattern PORT = Pattern.compile("\"(traffic|admin)\":(\\d+)");
    private static final int START_SECONDS = 60;

    private final Path folder;
    private final String classPath;

    /// @param folder for configurations, logs and journals
    Gateways(Path folder) {
        this.folder = folder;
        this.classPath = shippedClassPath();
    }

    /// A gateway that has answered.
    ///
    /// @param target the traffic side
    /// @param admin the operator's side
    /// @param startMillis from the process's start to its first answered request
    record Started(Target target, URI admin, double startMillis) implements AutoCloseable {
        Child child() {
            var child = target.process();
            if (child == null) {
                throw new IllegalStateException("a gateway without a process");
            }
            return child;
        }

        @Override
        public void close() {
            child().close();
        }
    }

    /// @param extra flags of the JVM beside the shipped ones
    Started start(String name, Setup setup, List<String> extra)
            throws IOException, InterruptedException {
        var config = folder.resolve(name + ".yaml");
        var ports = folder.resolve(name + ".ports");
        Files.deleteIfExists(ports);
        Files.writeString(config, setup.yaml());
        var flags = new ArrayList<>(SHIPPED);
        flags.addAll(extra);
        long begin = System.nanoTime();
        var child =
                Child.java(
                        flags,
                        classPath,
                        "dev.spangate.gateway.Main",
                        List.of("run", "--config", config.toString(), "--ports-file", ports + ""),
                        folder.resolve(name + ".log"));
        try {
            var target = new Target(name, at(port(child, ports, "traffic")), "/openai", child);
            awaitAnswer(target, child);
            double millis = (System.nanoTime() - begin) / 1e6;
            return new Started(target, at(port(child, ports, "admin")), millis);
        } catch (IOException | InterruptedException e) {
            child.close();
            throw e;
        }
    }

    private static int port(Child child, Path ports, String which)
            throws IOException, InterruptedException {
        for (int tries = 0; tries < START_SECONDS * 500 && child.isAlive(); tries++) {
            if (Files.exists(ports)) {
                var found = PORT.matcher(Files.readString(ports));
                while (found.find()) {
                    if (found.group(1).equals(which)) {
                        return Integer.parseInt(found.group(2));
                    }
                }
            }
            Thread.sleep(2);
        }
        throw new IOException("the gateway did not start; its output: " + child.output());
    }

    private static void awaitAnswer(Target target, Child child)
            throws IOException, InterruptedException {
        try (var connection = new Connection(target.base())) {
            var answer =
                    connection.send(
                            target.chat("bench", false, 10), 0, Connection.PieceListener.NONE);
            if (!answer.asExpected()) {
                throw new IOException(
                        "the gateway answers %d %s; its output: %s"
                                .formatted(answer.status(), connection.body(), child.output()));
            }
        }
    }

    /// What ships, not what this program needs beside it; the same folder whenever it was built.
    private static String shippedClassPath() {
        var root = System.getProperty("spangate.root");
        return root == null
                ? System.getProperty("java.class.path")
                : Path.of(root, "target", "dist", "lib") + "/*";
    }

    static URI at(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }
}
