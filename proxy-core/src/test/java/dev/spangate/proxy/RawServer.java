package dev.spangate.proxy;

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

/// A server of which every test scripts the bytes.
final class RawServer implements AutoCloseable {
    private final ServerSocket socket;
    private final Script script;
    final List<String> requests = new CopyOnWriteArrayList<>();
    final CountDownLatch clientGone = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    RawServer(Script script) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            requests.add(head);
            script.answer(client);
        } catch (Exception e) {
            clientGone.countDown();
        } finally {
            closed.countDown();
        }
    }

    /// Until the client closes.
    void awaitClose(Socket client) throws IOException {
        while (client.getInputStream().read() >= 0) {
            // Whatever else it sends does not matter.
        }
        clientGone.countDown();
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        client.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    interface Script {
        void answer(Socket client) throws Exception;
    }
}
