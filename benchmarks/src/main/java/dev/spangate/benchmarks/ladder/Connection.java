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
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A keep-alive HTTP/1.1 connection that costs as little as possible, so that what is measured is
/// the other side. One thread at a time.
final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /// Told of each piece of a body as it arrives.
    @FunctionalInterface
    interface PieceListener {
        void piece(byte[] bytes, int length, long nanoTime);
    }

    /// An answer: status, headers by lower-case name, and the body as text.
    record Answer(int status, Map<String, String> headers, String body) {}

    Connection(URI target) throws IOException {
        socket = new Socket(InetAddress.getByName(target.getHost()), target.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
        out = socket.getOutputStream();
    }

    /// Sends the request and reads the whole answer.
    Answer send(Exchange exchange, PieceListener listener) throws IOException {
        out.write(exchange.bytes());
        out.flush();
        var status = line();
        var headers = new HashMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        var body = new StringBuilder();
        PieceListener both =
                (bytes, length, now) -> {
                    body.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
                    listener.piece(bytes, length, now);
                };
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            readChunks(both);
        } else {
            readExactly(Integer.parseInt(headers.getOrDefault("content-length", "0")), both);
        }
        return new Answer(Integer.parseInt(status.substring(9, 12)), headers, body.toString());
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
        var bytes = new byte[length];
        int done = in.readNBytes(bytes, 0, length);
        if (done < length) {
            throw new EOFException("the answer ended early");
        }
        listener.piece(bytes, length, System.nanoTime());
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
