package dev.spangate.proxy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/// A server that keeps its connections and answers every request with scripted bytes; an empty
/// answer closes the connection.
final class KeepAliveServer implements AutoCloseable {
    /// Answers with the request's body.
    static final IntFunction<String> ECHO = _ -> "echo";

    private static final Pattern LENGTH =
            Pattern.compile("content-length: (\\d+)", Pattern.CASE_INSENSITIVE);

    private final ServerSocket socket;
    private final IntFunction<String> answers;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();

    /// A client has closed a connection.
    final CountDownLatch clientGone = new CountDownLatch(1);

    /// @param answers by number of the request
    KeepAliveServer(IntFunction<String> answers) throws IOException {
        this.answers = answers;
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    /// How many there have been.
    int connections() {
        return clients.size();
    }

    List<String> requests() {
        return heads;
    }

    List<String> bodies() {
        return bodies;
    }

    /// Returns when the clients' kernels know of it.
    void closeConnections() throws IOException {
        for (var client : clients) {
            client.shutdownOutput();
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                clients.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            for (var head = head(in); !head.isEmpty(); head = head(in)) {
                heads.add(head);
                var length = LENGTH.matcher(head);
                int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
                var body = new String(in.readNBytes(size), StandardCharsets.ISO_8859_1);
                bodies.add(body);
                var answer = answers.apply(answered.getAndIncrement());
                if (answer.isEmpty()) {
                    return;
                }
                RawServer.send(client, answers == ECHO ? echo(body) : answer);
            }
            clientGone.countDown();
        } catch (IOException gone) {
            clientGone.countDown();
        }
    }

    private static String echo(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.append((char) c);
            if (c == '\n'
                    && head.length() >= 4
                    && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (var client : clients) {
            client.close();
        }
    }
}
