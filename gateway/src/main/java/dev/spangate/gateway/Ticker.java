package dev.spangate.gateway;

import dev.spangate.linking.TraceLinker;
import java.lang.System.Logger.Level;
import java.time.Duration;

/// Gives the linker its sense of time, on one thread.
final class Ticker implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("spangate.linking");
    private static final Duration EVERY = Duration.ofMillis(250);

    private final TraceLinker linker;
    private final Thread thread;

    private Ticker(TraceLinker linker) {
        this.linker = linker;
        this.thread = Thread.ofPlatform().daemon().name("linking-tick").unstarted(this::run);
    }

    static Ticker start(TraceLinker linker) {
        var ticker = new Ticker(linker);
        ticker.thread.start();
        return ticker;
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(EVERY);
                linker.tick();
            } catch (InterruptedException _) {
                return;
            } catch (
                    RuntimeException e) { // the linker promises not to; the next tick is due anyway
                LOG.log(Level.ERROR, "a tick failed: {0}", e.getClass().getName());
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
