package dev.spangate.gateway;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.TraceLinker;
import dev.spangate.mcp.McpAccess;
import dev.spangate.mcp.McpProxy;
import dev.spangate.mcp.McpServers;
import dev.spangate.mcp.ProtectedResource;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import dev.spangate.proxy.SettingsException;
import dev.spangate.redis.RedisConfig;
import dev.spangate.redis.RedisStore;
import dev.spangate.telemetry.Identity;
import dev.spangate.telemetry.KnownSecrets;
import dev.spangate.telemetry.Telemetry;
import dev.spangate.telemetry.TelemetryException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/// The running gateway: assembles every layer, in the order in which a request meets them.
///
/// Starts whole or not at all. [#close] makes it unready at once, takes no new connections, lets
/// what runs finish within `listen.grace`, writes the journal out, then answers nothing more.
public final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("spangate");

    /// How long a tool execution may wait for the store of replicas (rule S2).
    private static final Duration STORE_WAIT = Duration.ofMillis(20);

    static {
        McpServers.allowPinnedConnections(); // before anything makes an HTTP client
    }

    private final GatewayConfig config;
    private final Health health = new Health();
    private final CallerCaptures captures = new CallerCaptures();
    private final ReentrantLock stopping = new ReentrantLock();
    private final Telemetry telemetry;
    private final TraceLinker linker;
    private final Ticker ticker;
    private final McpServers servers;
    private final KnownSecrets secrets;
    private final Authentication authentication;
    private final McpAccess access;
    private final McpProxy mcp;
    private final Models models;
    private final WebServer admin;
    private final WebServer traffic;
    private @Nullable ConfigWatch watch;
    private boolean stopped;

    /// What is open already is closed again when a later part cannot start.
    private Gateway(GatewayConfig config, Parts opened) {
        this.config = config;
        secrets = KnownSecrets.of(config.secrets());
        captures.add(config.callers().keySet());
        var identity = new Identity(config.name(), Version.number(), secrets, captures::of);
        telemetry = opened.add(Telemetry.start(config.telemetry(), identity));
        var store = config.store().map(Gateway::store);
        linker = opened.add(linker(config, store, telemetry));
        linker.resume(telemetry.stored()); // before anything new: runs that a restart interrupted
        telemetry.checkpointWith(linker::checkpoint);
        linker.open();
        ticker = opened.add(Ticker.start(linker));
        servers = opened.add(McpServers.of(config.mcp()));
        authentication = Authentication.of(config.callers(), config.telemetry().attributes());
        access = McpAccess.of(config.callerTools());
        Policy policy = access;
        mcp =
                opened.add(
                        McpProxy.create(
                                config.mcp(),
                                servers,
                                new McpProxy.Gate(authentication, policy, linker)));
        store.ifPresent(shared -> {
            var records = opened.add(shared.records());
            mcp.share(new SharedSessions(records, config.mcp().downstream().sessionIdle()));
        });
        models = opened.add(new Models(config.llm(), authentication, policy, linker));
        new OwnMetrics(linker, servers, mcp.tools()).addTo(telemetry.metrics());
        var log = AccessLog.of("admin", accessLogSink());
        admin = Listener.admin(config.admin(), adminRouting(log));
        opened.add(admin::stop);
        traffic = Listener.traffic(config.listen(), trafficRouting(log.with("traffic")));
        health.ready();
    }

    /// Alone, or one of several that share a store.
    private static TraceLinker linker(
            GatewayConfig config, Optional<RedisStore> store, Telemetry telemetry) {
        var clock = EpochClock.system();
        return store.map(shared ->
                        TraceLinker.shared(
                                config.linking(),
                                clock,
                                telemetry.sink(),
                                shared.log(),
                                STORE_WAIT,
                                Thread::startVirtualThread))
                .orElseGet(() -> TraceLinker.create(config.linking(), clock, telemetry.sink()));
    }

    private static RedisStore store(RedisConfig config) {
        try {
            return RedisStore.of(config);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /// Starts everything; returns when requests are taken.
    ///
    /// @throws ConfigException a port is taken, a folder cannot be written
    public static Gateway start(GatewayConfig config) {
        var opened = new Parts();
        try {
            return new Gateway(config, opened);
        } catch (TelemetryException | SettingsException e) {
            opened.close();
            throw new ConfigException(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
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
        lines.add("models   " + named(config.llm().providers().keySet()));
        lines.add("servers  " + named(config.mcp().servers().keySet()));
        lines.add("traces   " + named(destinations()));
        lines.add(
                "capture  "
                        + config.telemetry().capture().name().toLowerCase(Locale.ROOT)
                        + ", journal in "
                        + config.telemetry().journal().dir());
        return lines;
    }

    private List<String> destinations() {
        return telemetry.status().destinations().stream()
                .map(destination -> destination.name() + " (" + destination.url() + ")")
                .toList();
    }

    private static String named(Collection<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private HttpRouting.Builder trafficRouting(AccessLog log) {
        var routing = HttpRouting.builder();
        routing.addFilter(new HttpMetrics("traffic", telemetry.metrics())); // first: it sees all
        addAccessLog(routing, log);
        routing.addFilter(
                new HostGuard( // before anything costs money: what a browser was tricked into
                        "listen",
                        config.listen().loopback(),
                        config.listen().allowedHosts(),
                        config.listen().allowedOrigins()));
        routing.get("/", Gateway::greet);
        routing.register(ProtectedResource.PATH, mcp.resource());
        routing.register("/mcp", mcp); // before the models: /mcp is no provider's path
        routing.register("/", models); // everything else is a provider's name, or nobody's
        LastResort.addTo(routing);
        return routing;
    }

    private static void greet(ServerRequest request, ServerResponse response) {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("gateway", "spangate")
                .put("models", "/v1/… by name, /{provider}/… natively")
                .put("mcp", "/mcp for all servers, /mcp/{server} for one");
        JsonAnswer.ok(response, node);
    }

    private HttpRouting.Builder adminRouting(AccessLog log) {
        var routing = HttpRouting.builder();
        routing.addFilter(new HttpMetrics("admin", telemetry.metrics()));
        addAccessLog(routing, log);
        routing.addFilter( // a web page must not reach the operator's side
                new HostGuard(
                        "admin",
                        config.admin().loopback(),
                        config.admin().allowedHosts(),
                        List.of()));
        routing.addFilter(new AdminAuth(config.admin()));
        routing.register("/health", health);
        routing.get("/metrics", new MetricsPage(telemetry.metrics())::serve);
        routing.register("/api", new AdminApi(config, telemetry, linker)); // what is going on
        routing.register("/api/links", new LinksApi(linker, telemetry));
        routing.register(
                "/api/mcp/servers",
                new ServersApi(
                        servers,
                        mcp.tools(),
                        secrets,
                        config.admin().serversFile().map(ServersFile::open)));
        LastResort.addTo(routing);
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
        secrets.add(next.secrets()); // first: nothing of it may leave from here on
        boolean otherAccess = access.replace(next.callerTools()); // before a new key counts
        captures.add(next.callers().keySet());
        authentication.replace(next.callers());
        models.apply(next.llm());
        servers.apply(next.mcp()).forEach(change -> LOG.log(Level.INFO, "mcp: {0}", change));
        mcp.apply(next.mcp());
        if (otherAccess) {
            mcp.accessChanged();
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
            mcp.close(); // standing streams end; what runs may end within listen.grace
            traffic.stop();
            models.close();
            servers.close();
            ticker.close();
            linker.close();
            telemetry.close(); // the journal is written out, destinations get their last chance
            admin.stop(); // last: it told all along that we are draining
        } finally {
            stopping.unlock();
        }
    }
}
