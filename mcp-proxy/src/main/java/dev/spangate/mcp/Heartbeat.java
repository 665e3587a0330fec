package dev.spangate.mcp;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Lets silent streams give signs of life, so that a client that left is noticed.
///
/// One virtual thread looks at everything that is registered; each due beat runs on one of its own,
/// so that a client that does not read holds nobody.
final class Heartbeat implements AutoCloseable {
    private final Set<Pulse> pulses = ConcurrentHashMap.newKeySet();
    private final Duration period;
    private final Thread thread;

    /// @param period how often due pulses are looked for
    Heartbeat(Duration period) {
        this.period = period;
        this.thread = Thread.ofVirtual().name("mcp-heartbeat").start(this::run);
    }

    /// Something that beats while it is registered.
    interface Pulse {
        /// Whether it is time; cheap, never blocks.
        boolean due(long nanoTime);

        /// Gives a sign of life; may block.
        void beat();
    }

    void add(Pulse pulse) {
        pulses.add(pulse);
    }

    void remove(Pulse pulse) {
        pulses.remove(pulse);
    }

    int size() {
        return pulses.size();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(period);
                long now = System.nanoTime();
                for (var pulse : pulses) {
                    if (pulse.due(now)) {
                        Thread.startVirtualThread(pulse::beat);
                    }
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        }
    }
}
