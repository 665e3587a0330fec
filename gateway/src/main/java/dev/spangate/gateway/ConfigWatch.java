package dev.spangate.gateway;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Reads the configuration file again when its content has changed (in place, renamed over it, or a
/// link moved, as Kubernetes does) and keeps the last good one otherwise.
///
/// One virtual thread looks once a second. A file that is wrong is told once per content.
final class ConfigWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("spangate.config");
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Path file;
    private final Consumer<GatewayConfig> taker;
    private final Thread thread;
    private GatewayConfig current;
    private byte[] seen;

    private ConfigWatch(Path file, GatewayConfig current, Consumer<GatewayConfig> taker) {
        this.file = file;
        this.current = current;
        this.taker = taker;
        this.seen = content();
        this.thread = Thread.ofVirtual().name("config-watch").unstarted(this::watch);
    }

    /// Watches from now on; `taker` gets every good configuration that differs.
    static ConfigWatch start(Path file, GatewayConfig current, Consumer<GatewayConfig> taker) {
        var watch = new ConfigWatch(file, current, taker);
        watch.thread.start();
        return watch;
    }

    /// Without a thread: whoever holds it calls [#look].
    static ConfigWatch idle(Path file, GatewayConfig current, Consumer<GatewayConfig> taker) {
        return new ConfigWatch(file, current, taker);
    }

    /// Takes up what has changed since the last look; whether something was.
    boolean look() {
        var content = content();
        if (content.length == 0 || Arrays.equals(content, seen)) {
            return false;
        }
        seen = content;
        try {
            var next = GatewayConfig.load(file);
            var changes = ConfigDiff.between(current.tree(), next.tree());
            if (changes.isEmpty()) {
                return false;
            }
            taker.accept(next);
            current = next;
            tell(changes);
            return true;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "configuration rejected, the last good one stays: {0}",
                    e instanceof ConfigException ? e.getMessage() : e.getClass().getName());
            return false;
        }
    }

    private void tell(List<String> changes) {
        changes.forEach(change -> LOG.log(Level.INFO, "configuration: {0}", change));
        var later = ConfigDiff.needingRestart(changes);
        if (!later.isEmpty()) {
            LOG.log(Level.WARNING, "configuration: takes a restart: {0}", String.join(", ", later));
        }
    }

    private void watch() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(INTERVAL);
            } catch (InterruptedException _) {
                return;
            }
            look();
        }
    }

    private byte[] content() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException _) {
            return new byte[0]; // between removal and creation: the next look finds it
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
