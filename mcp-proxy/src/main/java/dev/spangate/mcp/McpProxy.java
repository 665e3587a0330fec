package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/// Serves MCP: `/mcp` shows every registered server, `/mcp/{server}` one of them; both eras on
/// both.
///
/// Register it below `/mcp`. Each request runs on its own virtual thread, which blocks. Guarantees:
/// 1. Messages pass value-exact; unknown fields, methods and content reach the other side.
/// 2. A server that is dead, slow or lies harms no other one; errors name it.
/// 3. A fault of linker or policy never breaks a relay; a policy that throws denies.
public final class McpProxy implements HttpService, AutoCloseable {
    private static final Duration HEARTBEAT = Duration.ofMillis(250);

    private final Sessions sessions;
    private final Heartbeat heartbeat;
    private final McpEdge edge;

    private McpProxy(Sessions sessions, Heartbeat heartbeat, McpEdge edge) {
        this.sessions = sessions;
        this.heartbeat = heartbeat;
        this.edge = edge;
    }

    /// Who may do what, and where it is recorded.
    public record Gate(Authentication authentication, Policy policy, TraceLinker linker) {}

    /// Serves these servers to clients.
    public static McpProxy create(McpConfig config, McpServers servers, Gate gate) {
        return over(servers.registry(), config, gate);
    }

    /// Assembles the downstream side over registered servers.
    static McpProxy over(UpstreamServers servers, McpConfig config, Gate gate) {
        var linker = gate.linker();
        var heartbeat = new Heartbeat(HEARTBEAT);
        var catalog = new Catalog(servers, config, linker);
        var sessions =
                new Sessions(
                        config.downstream(),
                        ended ->
                                servers.all()
                                        .forEach(
                                                server -> server.release("session:" + ended.id())));
        var greeting = new Greeting(catalog);
        var toolCalls = new ToolCalls(servers, catalog, gate.policy(), linker);
        var requests = new Requests(config, catalog, toolCalls, linker);
        var edge =
                new McpEdge(
                        new McpEdge.Doors(
                                new EdgeGuard(config.downstream()),
                                gate.authentication(),
                                servers,
                                sessions),
                        new LegacyEra(sessions, greeting, requests, linker),
                        new ModernEra(greeting, requests, linker),
                        heartbeat,
                        config.downstream());
        catalog.onChange(new ListChanges(sessions)::changed);
        return new McpProxy(sessions, heartbeat, edge);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.any("/", this::all).any("/{server}", this::one);
    }

    private void all(ServerRequest request, ServerResponse response) {
        edge.handle(Endpoint.all(), request, response);
    }

    private void one(ServerRequest request, ServerResponse response) {
        edge.handle(Endpoint.of(request.path().pathParameters().get("server")), request, response);
    }

    /// Ends all sessions and streams; the servers stay with [McpServers].
    @Override
    public void close() {
        sessions.closeAll();
        heartbeat.close();
    }
}
