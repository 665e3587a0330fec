package dev.spangate.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP proxy on a port of its own in front of a server: slow, cut off, silent, and well again.
public final class TcpFaults implements AutoCloseable {
    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile long delayMillis;
    private volatile boolean refusing;
    private volatile boolean silent;

    private TcpFaults(ServerSocket listening, InetSocketAddress target) {
        this.listening = listening;
        this.target = target;
    }

    /// Forwards to a port of this machine.
    public static TcpFaults before(int port) {
        try {
            var listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            var proxy = new TcpFaults(listening, target);
            Thread.ofVirtual().start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where clients connect to.
    public int port() {
        return listening.getLocalPort();
    }

    /// Every piece, in both directions, takes that much longer.
    public void slow(long millis) {
        delayMillis = millis;
    }

    /// Cuts what is open and refuses what comes.
    public void cut() {
        refusing = true;
        open.forEach(TcpFaults::closeQuietly);
    }

    /// Takes everything and passes nothing on.
    public void silence() {
        silent = true;
    }

    /// As if nothing had been; connections that fell silent are cut.
    public void heal() {
        delayMillis = 0;
        refusing = false;
        if (silent) {
            silent = false;
            open.forEach(TcpFaults::closeQuietly);
        }
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (refusing) {
                    client.close();
                } else {
                    Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException _) {
                // closed, or this client has gone
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var server = new Socket(target.getAddress(), target.getPort())) {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            open.add(client);
            open.add(server);
            var back = Thread.ofVirtual().start(() -> pass(server, client));
            pass(client, server);
            back.join();
        } catch (IOException _) {
            // the target is gone: so is this connection
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket from, Socket to) {
        try {
            var buffer = new byte[16 << 10];
            for (int n = from.getInputStream().read(buffer);
                    n >= 0;
                    n = from.getInputStream().read(buffer)) {
                if (delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
                if (!silent) {
                    to.getOutputStream().write(buffer, 0, n);
                }
            }
        } catch (IOException _) {
            // one side has gone
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            closeQuietly(from);
            closeQuietly(to);
            open.remove(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // closed is closed
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException _) {
            // closed is closed
        }
        open.forEach(TcpFaults::closeQuietly);
    }
}
