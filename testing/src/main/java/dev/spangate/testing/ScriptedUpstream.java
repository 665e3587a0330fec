package dev.spangate.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A raw-socket HTTP server on 127.0.0.1 that answers with scripted bytes: cut, late, in any
/// chunks, half a stream, reset.
///
/// One virtual thread per connection; keep-alive unless the script or the client closes. What the
/// script sends is written as it is: nothing adds a length, a status line or an end.
public final class ScriptedUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final Function<WireRequest, Script> scripts;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<WireRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger clientGone = new AtomicInteger();

    private ScriptedUpstream(ServerSocket server, Function<WireRequest, Script> scripts) {
        this.server = server;
        this.scripts = scripts;
    }

    /// Starts on a free port; the function gives each request its script, on the connection's
    /// thread.
    public static ScriptedUpstream start(Function<WireRequest, Script> scripts) {
        try {
            var socket = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
            var upstream = new ScriptedUpstream(socket, scripts);
            upstream.threads.execute(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on 127.0.0.1", e);
        }
    }

    /// Starts with scripts in order of arrival; the last one serves all further requests.
    public static ScriptedUpstream start(List<Script> inOrder) {
        var next = new AtomicInteger();
        var copy = List.copyOf(inOrder);
        return start(_ -> copy.get(Math.min(next.getAndIncrement(), copy.size() - 1)));
    }

    public int port() {
        return server.getLocalPort();
    }

    /// `http://127.0.0.1:port`.
    public URI uri() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /// Every request that was read to its end, in order of arrival.
    public List<WireRequest> requests() {
        return List.copyOf(requests);
    }

    /// How many connections were ever accepted.
    public int connections() {
        return connections.get();
    }

    /// How many connections are open now.
    public int openConnections() {
        return open.size();
    }

    /// How many scripts found their client gone: a write failed, or a wait saw the socket close.
    public int clientGone() {
        return clientGone.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            for (Socket socket : new ArrayList<>(open)) {
                Wire.closeQuietly(socket);
            }
            threads.shutdownNow();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                open.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new WireReader(socket.getInputStream());
            var request = WireRequest.read(in);
            while (request != null) {
                requests.add(request);
                if (!scripts.apply(request).run(socket, in)) {
                    return;
                }
                request = WireRequest.read(in);
            }
        } catch (IOException gone) {
            clientGone.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }
}
