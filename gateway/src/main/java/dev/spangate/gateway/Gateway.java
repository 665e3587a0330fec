package dev.spangate.gateway;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.TraceLinker;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The running gateway: assembles every layer, in the order in which a request meets them.
///
/// Starts whole or not at all. [#close] makes it unready at once, takes no new connections, lets
/// what runs finish within `listen.grace`, writes the journal out, then answers nothing more.
public final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("spangate");
    private static final Duration TICK = Duration.ofMillis(250);

    private final GatewayConfig config;
    private final Health health = new Health();
    private final ReentrantLock stopping = new ReentrantLock();
    private final TraceLinker linker;
    private final Thread ticker;
    private final WebServer admin;
    private final WebServer traffic;
    private @Nullable ConfigWatch watch;
    private boolean stopped;

    private Gateway(GatewayConfig config) {
        this.config = config;
        this.linker = TraceLinker.create(config.linking(), EpochClock.system(), entry -> {});
        this.ticker = Thread.ofPlatform().daemon().name("linking-tick").start(this::tick);
        var log = AccessLog.of("admin", accessLogSink());
        this.admin = Listener.admin(config.admin(), adminRouting(log));
        this.traffic = Listener.traffic(config.listen(), trafficRouting(log.with("traffic")));
        health.ready();
    }

    /// Starts everything; returns when requests are taken.
    ///
    /// @throws ConfigException a port is taken, a folder cannot be written
    public static Gateway start(GatewayConfig config) {
        return new Gateway(config);
    }

    /// The traffic port in use.
    public int port() {
        return traffic.port();
    }

    /// The admin port in use.
    public int adminPort() {
        return admin.port();
    }

    /// Takes up changes of the file from now on.
    void follow(Path file) {
        watch = ConfigWatch.start(file, config, this::apply);
    }

    /// What is set up, one line each, for whoever starts it.
    List<String> summary() {
        var lines = new ArrayList<String>();
        lines.add("mcp      " + String.join(", ", config.mcp().servers().keySet()));
        return lines;
    }

    private HttpRouting.Builder trafficRouting(AccessLog log) {
        var routing = HttpRouting.builder();
        addAccessLog(routing, log); // first: it sees refusals, too
        routing.addFilter(
                new HostGuard( // before anything costs money: what a browser was tricked into
                        "listen",
                        config.listen().loopback(),
                        config.listen().allowedHosts(),
                        config.listen().allowedOrigins()));
        LastResort.addTo(routing, "Models: /v1/… and /{provider}/…; MCP: /mcp and /mcp/{server}");
        return routing;
    }

    private HttpRouting.Builder adminRouting(AccessLog log) {
        var routing = HttpRouting.builder();
        addAccessLog(routing, log);
        routing.addFilter( // a web page must not reach the operator's side
                new HostGuard(
                        "admin",
                        config.admin().loopback(),
                        config.admin().allowedHosts(),
                        List.of()));
        routing.register("/health", health); // open: probes carry no token
        LastResort.addTo(routing, "See /health, /metrics and /api");
        return routing;
    }

    private void addAccessLog(HttpRouting.Builder routing, AccessLog log) {
        if (config.listen().accessLog()) {
            routing.addFilter(log);
        }
    }

    private static OutputStream accessLogSink() {
        return new FileOutputStream(FileDescriptor.out);
    }

    private void apply(GatewayConfig next) {
        LOG.log(Level.INFO, "configuration taken up: {0}", next.name());
    }

    private void tick() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Thread.sleep(TICK);
                linker.tick();
            } catch (InterruptedException _) {
                return;
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "linking tick failed: {0}", e.getClass().getName());
            }
        }
    }

    /// Stops in the order described above; a second call does nothing.
    @Override
    public void close() {
        stopping.lock();
        try {
            if (stopped) {
                return;
            }
            stopped = true;
            health.draining();
            if (watch != null) {
                watch.close();
            }
            traffic.stop();
            ticker.interrupt();
            linker.close();
            admin.stop();
        } finally {
            stopping.unlock();
        }
    }
}
