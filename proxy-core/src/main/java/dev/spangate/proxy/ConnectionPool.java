package dev.spangate.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Connections that wait for their next request, per origin, the last used first. Bounded in number
/// and time.
final class ConnectionPool implements AutoCloseable {
    /// Shorter than servers usually wait, so that they rarely close first.
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(25);

    private static final int MOST_IDLE = 512;
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Map<String, Deque<PlainConnection>> idle = new ConcurrentHashMap<>();
    private final Thread sweeper;
    private volatile boolean closed;

    ConnectionPool() {
        sweeper = Thread.ofVirtual().name("spangate-idle-connections").start(this::sweep);
    }

    /// Told of a connection before it is opened, so that opening it can be given up.
    @FunctionalInterface
    interface Opening {
        void begins(PlainConnection connection) throws IOException;
    }

    /// An idle connection that is still good, else a new one.
    PlainConnection take(URI uri, Duration connect, Opening opening) throws IOException {
        String origin = uri.getRawAuthority();
        var waiting = idle.get(origin);
        var candidate = waiting == null ? null : waiting.pollFirst();
        while (waiting != null && candidate != null) {
            if (isFresh(candidate) && candidate.isQuiet()) {
                return candidate;
            }
            candidate.close();
            candidate = waiting.pollFirst();
        }
        return open(uri, origin, connect, opening);
    }

    void giveBack(PlainConnection connection) {
        var waiting = idle.computeIfAbsent(connection.origin(), _ -> new ConcurrentLinkedDeque<>());
        if (closed || waiting.size() >= MOST_IDLE) {
            connection.close();
            return;
        }
        connection.idleFrom(System.nanoTime());
        waiting.addFirst(connection);
        if (closed) { // meanwhile: nobody else would close it
            closeAll(waiting);
        }
    }

    /// Every address of a name is tried: `localhost` is often two.
    private static PlainConnection open(URI uri, String origin, Duration connect, Opening opening)
            throws IOException {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        IOException failure = null;
        for (var address : InetAddress.getAllByName(uri.getHost())) {
            var connection = PlainConnection.create(origin);
            opening.begins(connection);
            try {
                connection.connect(new InetSocketAddress(address, port), connect);
                return connection;
            } catch (SocketTimeoutException e) {
                connection.close();
                failure = preferred(failure, new HttpConnectTimeoutException(e.getMessage()));
            } catch (IOException e) {
                connection.close();
                failure = preferred(failure, e);
            }
        }
        throw failure == null ? new IOException("no address") : failure;
    }

    private static IOException preferred(@Nullable IOException first, IOException next) {
        return first == null ? next : first;
    }

    private static boolean isFresh(PlainConnection connection) {
        return System.nanoTime() - connection.idleSince() < LONGEST_IDLE.toNanos();
    }

    private void sweep() {
        while (!closed) {
            LockSupport.parkNanos(this, SWEEP.toNanos());
            for (var waiting : idle.values()) {
                for (var oldest = waiting.peekLast();
                        oldest != null && !isFresh(oldest) && waiting.remove(oldest);
                        oldest = waiting.peekLast()) {
                    oldest.close();
                }
            }
        }
    }

    private static void closeAll(Deque<PlainConnection> waiting) {
        for (var each = waiting.pollFirst(); each != null; each = waiting.pollFirst()) {
            each.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(sweeper);
        idle.values().forEach(ConnectionPool::closeAll);
    }
}
