package dev.spangate.mcp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What all servers say and list, kept in memory.
///
/// A reader waits only for what was never known, and at most for the configured time; a dead server
/// costs nobody more than that, once. Everything else is refreshed beside those who read.
final class Catalog {
    private final UpstreamServers servers;
    private final Supplier<McpConfig> config;
    private final Map<UpstreamServer, ServerFacts> facts = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();

    private volatile List<UpstreamServer> last = List.of();

    Catalog(UpstreamServers servers, Supplier<McpConfig> config) {
        this.servers = servers;
        this.config = config;
        servers.onChange(this::serversChanged);
    }

    /// A list of some servers is another one now; none where only their order is.
    record Change(ListKind kind, List<UpstreamServer> servers) {
        /// Whether an endpoint shows one of them.
        boolean concerns(Endpoint endpoint) {
            return servers.stream().anyMatch(endpoint::shows);
        }
    }

    /// Told, on any thread and in order of registration, when a list has changed.
    void onChange(Consumer<Change> listener) {
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

    /// Waits until everything of this kind that the endpoint's servers were never asked for has
    /// come, failed, or taken too long; starts due refreshes beside.
    void settle(Endpoint endpoint, ListKind kind, Discovery discovery) {
        settle(endpoint, each -> each.list(kind), discovery);
    }

    /// Waits, within the same bounds, until the endpoint's servers have said who they are.
    void greet(Endpoint endpoint, Discovery discovery) {
        settle(endpoint, ServerFacts::hello, discovery);
    }

    /// Asks again for lists that are older than `mcp.lists.recheck`, and waits: somebody named what
    /// is not in them.
    void recheck(Endpoint endpoint, ListKind kind, Discovery discovery) {
        var lists = config.get().lists();
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(endpoint)) {
            var load = each.list(kind).refresh(lists.recheck(), lists.recheck());
            if (load != null) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, lists.deadline());
    }

    private void settle(
            Endpoint endpoint, Function<ServerFacts, Known<?>> what, Discovery discovery) {
        var lists = config.get().lists();
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(endpoint)) {
            var known = what.apply(each);
            boolean must =
                    !known.attempted() || (known.value() == null && endpoint.server() != null);
            var load = known.refresh(lists.ttl(), lists.retry());
            // A server that let the first list wait in vain holds up no other one.
            boolean tooSlow = endpoint.server() == null && runsTooLong(load, lists.firstWait());
            if (load != null && must && !tooSlow) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, endpoint.server() == null ? lists.firstWait() : lists.deadline());
    }

    /// What is shown of a server's tools is something else now, though its list is the same.
    void toolsChanged(String server) {
        servers.find(server).ifPresent(each -> tell(new Change(ListKind.TOOLS, List.of(each))));
    }

    private static boolean runsTooLong(Known.@Nullable Load load, Duration patience) {
        return load != null && load.runsLongerThan(patience);
    }

    /// What callers may see has changed, whatever the lists say.
    void accessChanged() {
        var all = servers.all();
        for (var kind : ListKind.values()) {
            tell(new Change(kind, all));
        }
    }

    private ServerFacts factsOf(UpstreamServer server) {
        return facts.computeIfAbsent(
                server,
                each ->
                        new ServerFacts(
                                each,
                                this::deadline,
                                kind -> tell(new Change(kind, List.of(each)))));
    }

    private Duration deadline() {
        return config.get().lists().deadline();
    }

    private void serversChanged() {
        var now = servers.all();
        var before = last;
        last = now;
        facts.keySet().removeIf(known -> !now.contains(known));
        var different = new ArrayList<>(now);
        different.removeAll(before);
        before.stream().filter(server -> !now.contains(server)).forEach(different::add);
        for (var kind : ListKind.values()) {
            tell(new Change(kind, List.copyOf(different)));
        }
    }

    private void tell(Change change) {
        listeners.forEach(listener -> listener.accept(change));
    }
}
