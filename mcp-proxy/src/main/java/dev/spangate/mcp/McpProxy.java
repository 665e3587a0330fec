package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Serves MCP: `/mcp` shows every registered server, `/mcp/{name}` one of them or a virtual one
/// made of chosen tools; both eras on all.
///
/// Register it below `/mcp`. Each request runs on its own virtual thread, which blocks. Guarantees:
/// 1. Messages pass value-exact; unknown fields, methods and content reach the other side.
/// 2. A server that is dead, slow or lies harms no other one; errors name it.
/// 3. A fault of linker or policy never breaks a relay; a policy that throws denies.
public final class McpProxy implements HttpService, AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofMillis(250);
    private static final Duration PARKED = Duration.ofMinutes(10);

    private final AtomicReference<McpConfig> config;
    private final Catalog catalog;
    private final Sessions sessions;
    private final Listeners listeners;
    private final Heartbeat heartbeat = new Heartbeat(HEARTBEAT);
    private final ToolWatch watch;
    private final Tables tables;
    private final ShownTools shown;
    private final ProtectedResource resource;
    private final McpEdge edge;

    private McpProxy(UpstreamServers servers, McpConfig initial, Gate gate) {
        this.config = new AtomicReference<>(initial);
        Supplier<McpConfig> live = config::get;
        var linker = gate.linker();
        var endpoints = new Endpoints(servers, live);
        this.catalog = new Catalog(servers, live);
        this.watch =
                new ToolWatch(
                        () -> config.get().toolChecks(),
                        initial.toolChecks()
                                .file()
                                .map(file -> new PinFile(file).open())
                                .orElseGet(ToolPins::inMemory));
        this.tables = new Tables(catalog, endpoints, live, linker, watch);
        this.shown = new ShownTools(catalog, tables, watch);
        servers.onChange(shown::serversChanged);
        this.sessions = new Sessions(initial.downstream(), ended -> release(servers, ended));
        this.listeners = new Listeners(catalog, sessions);
        catalog.onChange(listeners::changed);
        this.resource = new ProtectedResource(() -> config.get().authorization());
        var backends = new Backends(servers, catalog, tables, new Tasks());
        var feeds = new Feeds();
        var bridge = new Bridge(new ParkedCalls(PARKED), feeds);
        var access = new Access(gate.policy());
        var owned = new OwnedRequests(backends, bridge, linker);
        var requests =
                new Requests(
                        new ToolCalls(backends, bridge, access, linker),
                        owned,
                        new Lists(backends, access, live, linker));
        var greeting = new Greeting(catalog);
        var sessionRequests = new SessionRequests(catalog, owned, feeds);
        var subscriptions = new Subscriptions(catalog, owned, listeners);
        var eras =
                new McpEdge.Eras(
                        new LegacyEra(sessions, greeting, requests, sessionRequests, linker),
                        new ModernEra(greeting, requests, subscriptions, linker));
        var doors = new Doors(gate.authentication(), resource, access, endpoints, live);
        this.edge = new McpEdge(doors, eras, sessions, heartbeat);
    }

    /// Who may do what, and where it is recorded.
    public record Gate(Authentication authentication, Policy policy, TraceLinker linker) {}

    /// Serves these servers to clients.
    public static McpProxy create(McpConfig config, McpServers servers, Gate gate) {
        return over(servers.registry(), config, gate);
    }

    static McpProxy over(UpstreamServers servers, McpConfig config, Gate gate) {
        return new McpProxy(servers, config, gate);
    }

    /// Serves sessions that other gateways with this store have opened, and lets them serve ours.
    public void share(SessionStore store) {
        sessions.share(store);
    }

    /// Takes another configuration, except bounds on sessions; requests in flight keep the old one.
    /// The servers themselves are changed by [McpServers#apply].
    public void apply(McpConfig changed) {
        config.set(changed);
        tables.reconfigured();
    }

    /// The policy answers otherwise from now on: clients are told to ask for their lists again.
    public void accessChanged() {
        catalog.accessChanged();
    }

    /// The tools of all servers, and what is wrong with them.
    public ShownTools tools() {
        return shown;
    }

    /// What tells clients where to get tokens.
    public ProtectedResource resource() {
        return resource;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any("/", this::all).any("/{name}", this::one);
    }

    private void all(ServerRequest request, ServerResponse response) {
        edge.handle(null, request, response);
    }

    private void one(ServerRequest request, ServerResponse response) {
        edge.handle(request.path().pathParameters().get("name"), request, response);
    }

    private static void release(UpstreamServers servers, Session ended) {
        servers.all().forEach(server -> server.release("session:" + ended.id()));
    }

    /// Ends all sessions and streams; the servers stay with [McpServers].
    @Override
    public void close() {
        listeners.close();
        sessions.closeAll();
        heartbeat.close();
    }
}
