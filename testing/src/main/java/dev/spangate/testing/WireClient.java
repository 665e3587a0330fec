package dev.spangate.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// A raw-socket client: sends any bytes, reads the answer as it comes, leaves as rudely as asked.
///
/// Reads time out after 60 s (`SocketTimeoutException`) unless [#timeout] says otherwise. Not for
/// several threads.
public final class WireClient implements AutoCloseable {
    private final Socket socket;
    private final WireReader in;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new WireReader(socket.getInputStream());
    }

    /// The head of an answer.
    ///
    /// @param status the status code
    /// @param headers lower-case names; several values are joined by `, `
    public record Head(int status, Map<String, String> headers) {
        public Head {
            headers = Map.copyOf(headers);
        }

        /// A header; empty when absent.
        public String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /// A whole answer.
    public record Answer(Head head, String body) {
        public int status() {
            return head.status();
        }
    }

    /// Connects to a port of 127.0.0.1.
    public static WireClient connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        return new WireClient(socket);
    }

    /// Connects to host and port of an address.
    public static WireClient connect(URI uri) throws IOException {
        return connect(uri.getPort());
    }

    /// How long a read may wait.
    public WireClient timeout(Duration time) throws IOException {
        socket.setSoTimeout(Math.toIntExact(time.toMillis()));
        return this;
    }

    /// Sends text as UTF-8, as it is.
    public WireClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends bytes as they are.
    public WireClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /// A well-formed request with `Host` and `Content-Length`; header lines without line ends.
    public WireClient request(String method, String target, String body, String... headerLines)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        head.append("Host: 127.0.0.1:").append(socket.getPort()).append("\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        if (bytes.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(bytes.length).append("\r\n");
        }
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(bytes);
        return send(whole.toByteArray());
    }

    /// Reads the head of the next answer.
    public Head readHead() throws IOException {
        String status = in.line();
        var headers = new LinkedHashMap<String, String>();
        for (String line = in.line(); !line.isEmpty(); line = in.line()) {
            int colon = line.indexOf(':');
            headers.merge(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (a, b) -> a + ", " + b);
        }
        return new Head(Integer.parseInt(status.split(" ", 3)[1]), headers);
    }

    /// Reads a whole answer by its framing: length, chunked, or until the server closes.
    public Answer readAnswer() throws IOException {
        Head head = readHead();
        var body = new ByteArrayOutputStream();
        if (head.header("transfer-encoding").contains("chunked")) {
            for (byte[] chunk = in.chunk(); chunk.length > 0; chunk = in.chunk()) {
                body.writeBytes(chunk);
            }
        } else if (!head.header("content-length").isEmpty()) {
            body.writeBytes(in.exactly(Integer.parseInt(head.header("content-length"))));
        } else if (head.status() != 204 && head.status() != 304) {
            body.writeBytes(in.rest());
        }
        return new Answer(head, body.toString(StandardCharsets.UTF_8));
    }

    /// Reads one chunk of a chunked body as it comes; empty for the last.
    public String readChunk() throws IOException {
        return new String(in.chunk(), StandardCharsets.UTF_8);
    }

    /// Reads what has arrived, at least one byte; empty when the server has closed.
    public String readSome() throws IOException {
        return new String(in.some(), StandardCharsets.UTF_8);
    }

    /// Reads until the text was seen, in whatever framing; gives all that was read.
    public String readUntil(String text) throws IOException {
        var read = new ByteArrayOutputStream();
        while (!read.toString(StandardCharsets.UTF_8).contains(text)) {
            byte[] more = in.some();
            if (more.length == 0) {
                throw new IOException("closed before \"" + text + "\": " + read);
            }
            read.writeBytes(more);
        }
        return read.toString(StandardCharsets.UTF_8);
    }

    /// True when the server has closed (or reset); waits for a byte or the end.
    public boolean closedByServer() {
        try {
            return in.atEnd();
        } catch (IOException reset) {
            return true;
        }
    }

    /// Ends our side only (FIN); answers can still be read.
    public WireClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /// Leaves with a reset (RST).
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        Wire.closeQuietly(socket);
    }
}
