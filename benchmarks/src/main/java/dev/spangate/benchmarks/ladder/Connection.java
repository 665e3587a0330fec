package dev.spangate.benchmarks.ladder;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A keep-alive HTTP/1.1 connection that costs as little as possible, so that what is measured is
/// the other side. One thread at a time.
final class Connection implements AutoCloseable {
    private static final int ANSWER_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] body = new byte[16 << 10];
    private int size;

    /// Told of each piece of a body as it arrives.
    @FunctionalInterface
    interface PieceListener {
        /// Nobody listens.
        PieceListener NONE = (bytes, from, length, now) -> {};

        void piece(byte[] bytes, int from, int length, long nanoTime);
    }

    /// An answer's head, and what was asked for it.
    ///
    /// @param headers by lower-case name
    /// @param asExpected status 200 and the text that marks a right answer
    record Answer(int status, Map<String, String> headers, boolean asExpected) {}

    Connection(URI target) throws IOException {
        socket = new Socket(InetAddress.getByName(target.getHost()), target.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(ANSWER_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
        out = socket.getOutputStream();
    }

    /// Sends the request and reads the whole answer.
    ///
    /// @param number makes this copy of the request unique
    Answer send(Exchange exchange, long number, PieceListener listener) throws IOException {
        out.write(exchange.bytes(number));
        out.flush();
        var status = line();
        var headers = new HashMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        size = 0;
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            readChunks(listener);
        } else {
            readExactly(Integer.parseInt(headers.getOrDefault("content-length", "0")), listener);
        }
        int code = Integer.parseInt(status.substring(9, 12));
        return new Answer(code, headers, code == 200 && exchange.isAnsweredBy(body, size));
    }

    /// The body of the last answer.
    String body() {
        return new String(body, 0, size, StandardCharsets.UTF_8);
    }

    private void readChunks(PieceListener listener) throws IOException {
        while (true) {
            var size = line();
            int semicolon = size.indexOf(';');
            int length = Integer.parseInt(semicolon < 0 ? size : size.substring(0, semicolon), 16);
            if (length == 0) {
                String trailer = line();
                while (!trailer.isEmpty()) {
                    trailer = line();
                }
                return;
            }
            readExactly(length, listener);
            line();
        }
    }

    private void readExactly(int length, PieceListener listener) throws IOException {
        if (size + length > body.length) {
            body = Arrays.copyOf(body, Math.max(size + length, body.length * 2));
        }
        if (in.readNBytes(body, size, length) < length) {
            throw new EOFException("the answer ended early");
        }
        listener.piece(body, size, length, System.nanoTime());
        size += length;
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
