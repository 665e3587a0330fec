package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What all servers offer, kept in memory, and the tool table of every endpoint.
///
/// Guarantees:
/// 1. A reader waits only for what was never known, and at most for the configured time; a dead
///    server costs nobody more than that, once.
/// 2. Tables change as a whole; the linker learns of a change before any reader sees it.
final class Catalog {
    private final UpstreamServers servers;
    private final McpConfig config;
    private final TraceLinker linker;
    private final Map<UpstreamServer, ServerFacts> facts = new ConcurrentHashMap<>();
    private final Map<String, ToolTable> tables = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<ListKind>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock rebuilding = new ReentrantLock();

    Catalog(UpstreamServers servers, McpConfig config, TraceLinker linker) {
        this.servers = servers;
        this.config = config;
        this.linker = linker;
        servers.onChange(this::serversChanged);
    }

    /// Told, on any thread, when a list has changed.
    void onChange(Consumer<ListKind> listener) {
        listeners.add(listener);
    }

    /// The servers that an endpoint shows, in order.
    List<ServerFacts> of(Endpoint endpoint) {
        var shown = new ArrayList<ServerFacts>();
        for (var server : servers.all()) {
            if (endpoint.shows(server)) {
                shown.add(factsOf(server));
            }
        }
        return shown;
    }

    /// The table of an endpoint, after waiting for servers that were never asked.
    ToolTable tools(Endpoint endpoint, Discovery discovery) {
        settle(endpoint, ListKind.TOOLS, discovery);
        return table(endpoint);
    }

    /// The tool of this name, after asking once more where the table does not know it.
    Optional<ToolTable.Tool> tool(Endpoint endpoint, String name, Discovery discovery) {
        var found = table(endpoint).find(name);
        if (found.isPresent()) {
            return found;
        }
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        var recheck = config.lists().recheck();
        for (var each : of(endpoint)) {
            var load = each.list(ListKind.TOOLS).refresh(recheck, recheck);
            if (load != null) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, config.lists().deadline());
        return table(endpoint).find(name);
    }

    /// Waits until everything of this kind that the endpoint's servers were never asked for has
    /// come, failed, or taken too long; starts due refreshes beside.
    void settle(Endpoint endpoint, ListKind kind, Discovery discovery) {
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(endpoint)) {
            var list = each.list(kind);
            boolean must = !list.attempted() || (list.value() == null && endpoint.server() != null);
            var load = list.refresh();
            if (load != null && must) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, patience(endpoint));
    }

    /// Waits, within the same bounds, until the endpoint's servers have said who they are.
    void greet(Endpoint endpoint, Discovery discovery) {
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(endpoint)) {
            boolean must = !each.hello().attempted();
            var load = each.hello().refresh();
            if (load != null && must) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, patience(endpoint));
    }

    private Duration patience(Endpoint endpoint) {
        return endpoint.server() == null ? config.lists().firstWait() : config.lists().deadline();
    }

    private ServerFacts factsOf(UpstreamServer server) {
        return facts.computeIfAbsent(
                server, each -> new ServerFacts(each, config.lists(), this::listChanged));
    }

    private void serversChanged() {
        var current = servers.all();
        facts.keySet().removeIf(server -> !current.contains(server));
        for (var kind : ListKind.values()) {
            listChanged(kind);
        }
    }

    private void listChanged(ListKind kind) {
        if (kind == ListKind.TOOLS) {
            rebuild();
        }
        listeners.forEach(listener -> listener.accept(kind));
    }

    private ToolTable table(Endpoint endpoint) {
        var table = tables.get(endpoint.path());
        return table != null ? table : rebuildOne(endpoint);
    }

    private void rebuild() {
        rebuilding.lock();
        try {
            rebuildOne(Endpoint.all());
            servers.all().forEach(server -> rebuildOne(Endpoint.of(server.name())));
        } finally {
            rebuilding.unlock();
        }
    }

    private ToolTable rebuildOne(Endpoint endpoint) {
        rebuilding.lock();
        try {
            var offers = new ArrayList<ToolTable.Offer>();
            for (var each : of(endpoint)) {
                var list = each.list(ListKind.TOOLS).value();
                if (list != null) {
                    var server = each.server();
                    offers.add(
                            new ToolTable.Offer(
                                    server.name(), server.config().tools(), list.entries()));
                }
            }
            var prefix = endpoint.server() == null ? config.prefix() : McpConfig.Prefix.NEVER;
            var table = ToolTable.of(offers, prefix, config.lists().maxNameLength());
            linker.expose(endpoint.path(), table.exposed());
            tables.put(endpoint.path(), table);
            return table;
        } finally {
            rebuilding.unlock();
        }
    }
}
