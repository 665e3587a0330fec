package dev.spangate.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What an upstream does with one request: steps in order, built once, used for many requests.
public final class Script {
    private final List<Step> steps = new ArrayList<>();

    private Script() {}

    /// One step; false ends the connection.
    @FunctionalInterface
    private interface Step {
        boolean run(Socket socket, WireReader in) throws IOException, InterruptedException;
    }

    /// Nothing yet.
    public static Script script() {
        return new Script();
    }

    /// A whole answer with `Content-Length`.
    public static Script answer(int status, String contentType, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return script().send(
                        head(status, contentType) + "Content-Length: " + bytes.length + "\r\n\r\n")
                .send(bytes);
    }

    /// A whole JSON answer.
    public static Script json(String body) {
        return answer(200, "application/json", body);
    }

    /// An SSE answer in chunked coding, one chunk per frame (give each with its blank line).
    public static Script sse(String... frames) {
        var script = sseHead();
        for (String frame : frames) {
            script.chunk(frame);
        }
        return script.lastChunk();
    }

    /// The head of an SSE answer in chunked coding; chunks follow.
    public static Script sseHead() {
        return script().send(head(200, "text/event-stream") + "Transfer-Encoding: chunked\r\n\r\n");
    }

    /// Bytes as they are.
    public Script send(byte[] bytes) {
        return send(bytes, Integer.MAX_VALUE, Duration.ZERO);
    }

    /// Text as UTF-8, as it is.
    public Script send(String text) {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Bytes in pieces of a size, each flushed alone, with a pause between them.
    public Script send(byte[] bytes, int piece, Duration pause) {
        byte[] copy = bytes.clone();
        return step((socket, _) -> {
            write(socket.getOutputStream(), copy, piece, pause);
            return true;
        });
    }

    /// One chunk of chunked coding.
    public Script chunk(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return send(Integer.toHexString(bytes.length) + "\r\n").send(bytes).send("\r\n");
    }

    /// The end of chunked coding.
    public Script lastChunk() {
        return send("0\r\n\r\n");
    }

    /// Waits for a test to say go; the client leaving ends the script.
    public Script await(CountDownLatch latch) {
        return step((socket, in) -> {
            untilGoOrGone(socket, in, latch);
            return true;
        });
    }

    /// Waits a time: for servers that are slow, never for a test's order.
    public Script delay(Duration time) {
        return step((_, _) -> {
            Thread.sleep(time);
            return true;
        });
    }

    /// Says nothing more and keeps the connection until the client leaves.
    public Script hang() {
        return await(new CountDownLatch(1));
    }

    /// Closes the connection (FIN), wherever the answer stands.
    public Script cut() {
        return step((_, _) -> false);
    }

    /// Resets the connection (RST), wherever the answer stands.
    public Script reset() {
        return step((socket, _) -> {
            socket.setSoLinger(true, 0);
            return false;
        });
    }

    /// True when the connection may serve another request.
    boolean run(Socket socket, WireReader in) throws IOException, InterruptedException {
        for (Step step : List.copyOf(steps)) {
            if (!step.run(socket, in)) {
                return false;
            }
        }
        return true;
    }

    private Script step(Step step) {
        steps.add(step);
        return this;
    }

    private static void write(OutputStream out, byte[] bytes, int piece, Duration pause)
            throws IOException, InterruptedException {
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(piece, bytes.length - at);
            out.write(bytes, at, length);
            out.flush();
            at += length;
            if (!pause.isZero() && at < bytes.length) {
                Thread.sleep(pause);
            }
        }
    }

    private static void untilGoOrGone(Socket socket, WireReader in, CountDownLatch latch)
            throws IOException, InterruptedException {
        int before = socket.getSoTimeout();
        socket.setSoTimeout(20);
        while (latch.getCount() > 0) {
            if (gone(in)) {
                throw new IOException("the client left while the script waited");
            }
        }
        socket.setSoTimeout(before);
    }

    /// Waits a moment for the client to leave.
    private static boolean gone(WireReader in) throws IOException, InterruptedException {
        try {
            if (!in.atEnd()) {
                Thread.sleep(20); // a pipelined byte is there, so reading waits no more
                return false;
            }
            return true;
        } catch (SocketTimeoutException stillThere) {
            return false;
        }
    }

    private static String head(int status, String contentType) {
        return "HTTP/1.1 " + status + " Scripted\r\nContent-Type: " + contentType + "\r\n";
    }
}
