package dev.spangate.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringTokenizer;
import java.util.concurrent.TimeUnit;

/// A real `redis-server` (or `valkey-server`) for a test: nothing on disk, loopback only, on a port
/// that it has itself taken.
public final class RedisProcess implements AutoCloseable {
    private static final List<String> NAMES = List.of("redis-server", "valkey-server");
    private static final int TRIES = 20;

    private final Process process;
    private final int port;

    private RedisProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one; empty where no such program is installed (say so with [#missing]).
    public static Optional<RedisProcess> start(String... options) {
        return program().map(program -> start(program, options));
    }

    /// Why nothing was started.
    public static String missing() {
        return "no redis-server or valkey-server on the PATH (Debian: apt-get install redis-server)";
    }

    private static Optional<Path> program() {
        var path = new StringTokenizer(System.getenv().getOrDefault("PATH", ""), ":");
        while (path.hasMoreTokens()) {
            var folder = path.nextToken();
            for (var name : NAMES) {
                var file = Path.of(folder, name);
                if (Files.isExecutable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private static RedisProcess start(Path program, String... options) {
        for (int i = 0; i < TRIES; i++) {
            int port = freePort();
            try {
                var process = launch(program, port, options);
                if (accepts(process)) {
                    return new RedisProcess(process, port);
                }
                process.destroyForcibly();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException(program + " did not start");
    }

    /// A port that another program may take before Redis does: then Redis says so, and ends.
    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(Path program, int port, String... options) throws IOException {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        program.toString(),
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /// Reads what it prints until it says that it accepts connections.
    private static boolean accepts(Process process) throws IOException {
        var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.contains("Ready to accept connections")) {
                Thread.ofPlatform().daemon().start(() -> drain(out));
                return true;
            }
        }
        return false;
    }

    private static void drain(BufferedReader out) {
        try {
            while (out.readLine() != null) {
                // its log is nobody's
            }
        } catch (IOException _) {
            // it has ended
        }
    }

    /// Where it listens.
    public int port() {
        return port;
    }

    /// `redis://127.0.0.1:port`
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Sends one command of plain words and returns the answer's line, or the text of a bulk
    /// answer.
    public String command(String... words) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var text = new StringBuilder("*").append(words.length).append("\r\n");
            for (var word : words) {
                text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
            }
            socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            return line != null && line.startsWith("$") ? in.readLine() : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
