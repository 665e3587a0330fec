package dev.spangate.proxy;

import io.helidon.common.socket.PeerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Notices that a client has left while nothing is written to it, and fires the exchange's abort.
///
/// A server learns of a closed connection only when it writes. Linux tells earlier: the state of
/// every socket is in `/proc/self/net/tcp`. One thread looks there twice a second while an exchange
/// has been waiting for a while; elsewhere this does nothing and deadlines must do.
public final class DisconnectWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(400);
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));
    private static final int ESTABLISHED = 1;

    /// The table changes while it is read, so that a line may be missed.
    private static final int ENOUGH_MISSES = 2;

    private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
    private final Thread scanner;
    private volatile boolean resting;
    private volatile boolean closed;

    /// Starts the thread.
    public DisconnectWatch() {
        scanner = Thread.ofPlatform().daemon().name("spangate-disconnects").unstarted(this::scan);
        if (Files.isReadable(TABLES.getFirst())) {
            scanner.start();
        }
    }

    /// Watches one client connection until the result is closed.
    ///
    /// @param client the connection's other end
    /// @param local our end
    /// @param abort fired with [UpstreamException.Kind#CLIENT_GONE]
    public Watched watch(PeerInfo client, PeerInfo local, Abort abort) {
        var entry = new Watched((client.port() << 16) | local.port(), abort);
        watched.add(entry);
        if (resting) { // else it looks soon anyway
            LockSupport.unpark(scanner);
        }
        return entry;
    }

    private void scan() {
        while (!closed) {
            resting = true;
            if (watched.isEmpty() && !closed) { // asked after saying so: later entries wake us
                LockSupport.park(this);
            }
            resting = false;
            LockSupport.parkNanos(this, PERIOD.toNanos());
            long old = System.nanoTime() - PERIOD.toNanos() / 2;
            if (watched.stream().anyMatch(entry -> entry.since - old < 0)) {
                look();
            }
        }
    }

    private void look() {
        var states = new HashMap<Integer, Integer>();
        try {
            for (var table : TABLES) {
                if (Files.isReadable(table)) {
                    readTable(Files.readAllLines(table), states);
                }
            }
        } catch (IOException | RuntimeException e) {
            return;
        }
        watched.removeIf(entry -> entry.firedBy(states));
    }

    /// Lines of `proc(5)` net/tcp: ` 0: 0100007F:1F90 0100007F:D3A2 08 ..`, ports in hex.
    static void readTable(List<String> lines, Map<Integer, Integer> states) {
        for (String line : lines) {
            String[] words = line.strip().split(" +", 5);
            if (words.length > 3 && words[0].endsWith(":")) {
                int key = (port(words[2]) << 16) | port(words[1]);
                int state = Integer.parseInt(words[3], 16);
                // Two connections may share both ports; an open one outweighs the other.
                states.merge(key, state, (a, b) -> a == ESTABLISHED ? a : b);
            }
        }
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(scanner);
    }

    /// One watched connection; identity counts.
    public final class Watched implements AutoCloseable {
        private final int ports;
        private final Abort abort;
        private final long since = System.nanoTime();
        private int misses;

        private Watched(int ports, Abort abort) {
            this.ports = ports;
            this.abort = abort;
        }

        /// Only the scanner calls it. A connection that was reset is in the table no more; that
        /// proves nothing where the table does not show our listener either.
        private boolean firedBy(Map<Integer, Integer> states) {
            Integer state = states.get(ports);
            if (state != null && state == ESTABLISHED) {
                misses = 0;
                return false;
            }
            boolean tells = states.containsKey(ports & 0xffff);
            if (state == null && (!tells || ++misses < ENOUGH_MISSES)) {
                return false;
            }
            abort.fire(UpstreamException.Kind.CLIENT_GONE);
            return true;
        }

        @Override
        public void close() {
            watched.remove(this);
        }
    }
}
