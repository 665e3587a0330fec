package dev.spangate.benchmarks.linking;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A provider on 127.0.0.1 whose answers another thread writes, step by step.
final class SteppedProvider implements AutoCloseable {
    /// The header by which a request is known.
    static final String LEG = "x-leg";

    private final ServerSocket server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    private final Map<String, CompletableFuture<Arrived>> arrivals = new ConcurrentHashMap<>();

    SteppedProvider() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    /// A request that waits for its answer.
    record Arrived(String target, String body, OutputStream out, CountDownLatch answered) {
        void head(String contentType) throws IOException {
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Type: "
                                    + contentType
                                    + "\r\nTransfer-Encoding: chunked\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }

        void chunk(byte[] bytes) throws IOException {
            out.write(
                    (Integer.toHexString(bytes.length) + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }

        void last() throws IOException {
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            answered.countDown();
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /// Waits for the request of a leg.
    Arrived arrived(String leg) {
        try {
            return arrivals.computeIfAbsent(leg, _ -> new CompletableFuture<>())
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("no request of leg " + leg, e);
        } finally {
            arrivals.remove(leg);
        }
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The world is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                var arrived = read(in, socket.getOutputStream());
                arrived.answered().await();
            }
        } catch (IOException gone) {
            // The gateway closes what it needs no more.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Arrived read(InputStream in, OutputStream out) throws IOException {
        String head = head(in);
        byte[] body = in.readNBytes(Integer.parseInt(header(head, "content-length")));
        var arrived =
                new Arrived(
                        head.split(" ", 3)[1],
                        new String(body, StandardCharsets.UTF_8),
                        out,
                        new CountDownLatch(1));
        arrivals.computeIfAbsent(header(head, LEG), _ -> new CompletableFuture<>())
                .complete(arrived);
        return arrived;
    }

    /// Everything up to the empty line.
    static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 4) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no head");
            }
            head.write(next);
            boolean expected = next == (ends % 2 == 0 ? '\r' : '\n');
            ends = expected ? ends + 1 : next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static String header(String head, String name) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("0");
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
