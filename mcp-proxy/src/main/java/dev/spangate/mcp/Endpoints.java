package dev.spangate.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// The paths that speak MCP now: all servers together, each alone, and the virtual ones.
final class Endpoints {
    private final UpstreamServers servers;
    private final Supplier<McpConfig> config;

    Endpoints(UpstreamServers servers, Supplier<McpConfig> config) {
        this.servers = servers;
        this.config = config;
    }

    /// The endpoint below `/mcp/` of this name.
    Optional<Endpoint> find(String name) {
        var virtual = config.get().virtual().get(name);
        if (virtual != null) {
            return Optional.of(Endpoint.virtual(name, virtual));
        }
        return servers.find(name).map(server -> Endpoint.of(server.name()));
    }

    List<Endpoint> all() {
        var all = new ArrayList<Endpoint>();
        all.add(Endpoint.all());
        servers.all().forEach(server -> all.add(Endpoint.of(server.name())));
        config.get()
                .virtual()
                .forEach((name, patterns) -> all.add(Endpoint.virtual(name, patterns)));
        return all;
    }
}
