package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spangate.testing.SuiteNotes;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Many clients that only listen: half of them sessions with a GET stream, half stateless with
/// `subscriptions/listen`. What each costs is printed; each hears of a change; those that left cost
/// nothing any more.
@Tag("faults")
class IdleStreamsTest {
    private static final int STREAMS = SuiteNotes.full() ? 10_000 : 200;
    private static final int SPARE = 500;
    private static final int AT_ONCE = 64;
    private static final String LISTEN =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscriptions/listen\",\"params\":{\"notifications\":{\"toolsListChanged\":true},"
                    + "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"idle\",\"version\":\"1\"}}}";

    @AfterAll
    static void figures() {
        FaultFigures.tell();
    }

    @Test
    void whatAnIdleStreamCosts() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "there is no /proc to measure by");
        if (descriptors() < STREAMS + SPARE) {
            var reason =
                    "%d idle streams need %d file descriptors, the limit is %d (ulimit -Hn)"
                            .formatted(STREAMS, STREAMS + SPARE, descriptors());
            SuiteNotes.skipped("faults", reason);
            assumeTrue(false, reason);
        }
        try (var gateway = new Child();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            open(gateway.port, threads, 20).forEach(IdleStreamsTest::close); // what is made once
            gateway.awaitDescriptors(gateway.measure().path("descriptors").longValue());
            var before = gateway.measure();

            var streams = open(gateway.port, threads, STREAMS);
            var during = gateway.measure();
            hear(gateway, threads, streams);
            streams.forEach(IdleStreamsTest::close);
            gateway.awaitDescriptors(before.path("descriptors").longValue() + 50);

            var heap = each(before, during, "heap");
            var resident = each(before, during, "resident");
            var descriptors = each(before, during, "descriptors");
            FaultFigures.streams(
                    "streams=%d heap_per_stream=%.0f resident_per_stream=%.0f descriptors_per_stream=%.2f"
                            .formatted(STREAMS, heap, resident, descriptors));
            assertThat(descriptors).as("file descriptors per stream").isBetween(0.9, 1.1);
            assertThat(during.path("threads").longValue() - before.path("threads").longValue())
                    .as("platform threads for %d streams", STREAMS)
                    .isLessThan(64);
        }
    }

    private static double each(JsonNode before, JsonNode during, String what) {
        return (double) (during.path(what).longValue() - before.path(what).longValue()) / STREAMS;
    }

    private static long descriptors() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                var soft = line.substring("Max open files".length()).strip().split("\\s+")[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        return 0;
    }

    private static List<Socket> open(
            int port, java.util.concurrent.ExecutorService threads, int count) throws Exception {
        var turn = new Semaphore(AT_ONCE);
        var opening = new ArrayList<Future<Socket>>();
        for (var i = 0; i < count; i++) {
            boolean session = i % 2 == 0;
            opening.add(
                    threads.submit(() -> {
                        turn.acquire();
                        try {
                            return session ? session(port) : subscription(port);
                        } finally {
                            turn.release();
                        }
                    }));
        }
        return all(opening);
    }

    private static <T> List<T> all(List<Future<T>> futures)
            throws InterruptedException, ExecutionException {
        var all = new ArrayList<T>();
        for (var future : futures) {
            all.add(future.get());
        }
        return all;
    }

    /// Every stream hears of one change.
    private static void hear(
            Child gateway, java.util.concurrent.ExecutorService threads, List<Socket> streams)
            throws InterruptedException, IOException {
        var heard = new CountDownLatch(streams.size());
        for (var stream : streams) {
            threads.submit(() -> {
                while (!line(stream.getInputStream()).contains("tools/list_changed")) {
                    // Signs of life.
                }
                heard.countDown();
                return null;
            });
        }
        gateway.say("change");
        assertThat(heard.await(400, TimeUnit.SECONDS))
                .as("%d streams did not hear of the change", heard.getCount())
                .isTrue();
    }

    private static Socket session(int port) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        write(socket, "POST /mcp HTTP/1.1\r\n" + head("") + length(INITIALIZE) + INITIALIZE);
        var id = "";
        var length = 0;
        for (String line; !(line = line(socket.getInputStream())).isEmpty(); ) {
            if (line.regionMatches(true, 0, "mcp-session-id:", 0, 15)) {
                id = line.substring(15).strip();
            } else if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        socket.getInputStream().readNBytes(length);
        write(
                socket,
                "GET /mcp HTTP/1.1\r\n"
                        + head("Mcp-Session-Id: " + id + "\r\nMCP-Protocol-Version: 2025-11-25\r\n")
                        + "\r\n");
        return streaming(socket);
    }

    private static Socket subscription(int port) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        write(
                socket,
                "POST /mcp HTTP/1.1\r\n"
                        + head(
                                "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: subscriptions/listen\r\n")
                        + length(LISTEN)
                        + LISTEN);
        return streaming(socket);
    }

    /// After the head and the first sign of life: the stream is registered then.
    private static Socket streaming(Socket socket) throws IOException {
        var status = line(socket.getInputStream());
        assertThat(status).contains("200");
        while (!line(socket.getInputStream()).isEmpty()) {
            // The head.
        }
        for (String line; !((line = line(socket.getInputStream())).startsWith(":")); ) {
            if (line.contains("acknowledged")) {
                return socket;
            }
        }
        return socket;
    }

    private static String head(String more) {
        return "Host: localhost\r\nAccept: application/json, text/event-stream\r\nContent-Type: application/json\r\n"
                + more;
    }

    private static String length(String body) {
        return "Content-Length: " + body.length() + "\r\n\r\n";
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static String line(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != '\n'; ) {
            if (b < 0) {
                throw new EOFException("the stream has ended");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// The gateway's process.
    private static final class Child implements AutoCloseable {
        private static final int PATIENCE_SECONDS = 400;

        private final Process process;
        private final BufferedReader out;
        private final BufferedWriter in;
        final int port;

        Child() throws Exception {
            process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-Xmx1500m",
                                    "-cp",
                                    TestClassPath.of(IdleStreamsGateway.class),
                                    IdleStreamsGateway.class.getName(),
                                    "5s")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            out =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            in =
                    new BufferedWriter(
                            new OutputStreamWriter(
                                    process.getOutputStream(), StandardCharsets.UTF_8));
            port = answer().path("port").intValue();
        }

        JsonNode measure() throws IOException {
            say("measure");
            return answer();
        }

        void say(String word) throws IOException {
            in.write(word + "\n");
            in.flush();
        }

        /// Those who left are noticed with the next sign of life.
        void awaitDescriptors(long most) throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            long now;
            while ((now = measure().path("descriptors").longValue()) > most) {
                assertThat(System.nanoTime())
                        .as("%d file descriptors are open, %d were expected", now, most)
                        .isLessThan(end);
                Thread.sleep(200);
            }
        }

        private JsonNode answer() throws IOException {
            for (String line; (line = out.readLine()) != null; ) {
                if (line.startsWith("{")) {
                    return Json.parse(line);
                }
            }
            throw new IOException("the gateway's process has ended");
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
