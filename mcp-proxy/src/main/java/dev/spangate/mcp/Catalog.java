package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What all servers say and list, kept in memory.
///
/// A reader waits only for what was never known, and at most for the configured time; a dead server
/// costs nobody more than that, once. Everything else is refreshed beside those who read.
final class Catalog {
    private final UpstreamServers servers;
    private final Supplier<McpConfig> config;
    private final Map<UpstreamServer, ServerViews> known = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Consumer<Audience>> forgetters =
            new CopyOnWriteArrayList<>();
    private final Audiences audiences = new Audiences(Ticker.systemTicker(), this::forget);

    private volatile List<UpstreamServer> last = List.of();

    Catalog(UpstreamServers servers, Supplier<McpConfig> config) {
        this.servers = servers;
        this.config = config;
        servers.onChange(this::serversChanged);
    }

    /// A list of some servers is another one now; none where only their order is.
    ///
    /// @param audience for which kind of client, null for all
    record Change(ListKind kind, List<UpstreamServer> servers, @Nullable Audience audience) {
        /// Whether one of the servers looks different to whoever has this view.
        boolean concerns(View view) {
            return servers.stream()
                    .anyMatch(server -> view.endpoint().shows(server) && concerns(server, view));
        }

        private boolean concerns(UpstreamServer server, View view) {
            return audience == null
                    || audience.equals(view.audience())
                    || (audience.isAny() && !server.listsDependOnClient());
        }
    }

    /// What a client sees of an endpoint.
    View view(Endpoint endpoint, ClientProfile client) {
        return new View(endpoint, audiences.of(client));
    }

    /// Told, on any thread, which kind of client is not seen any more.
    void onForgotten(Consumer<Audience> listener) {
        forgetters.add(listener);
    }

    /// Told, on any thread and in order of registration, when a list has changed.
    void onChange(Consumer<Change> listener) {
        listeners.add(listener);
    }

    /// The servers that an endpoint shows, in order.
    List<ServerFacts> of(View view) {
        var shown = new ArrayList<ServerFacts>();
        for (var server : servers.all()) {
            if (view.endpoint().shows(server)) {
                shown.add(viewsOf(server).of(view.audience()));
            }
        }
        return shown;
    }

    /// Waits until everything of this kind that the endpoint's servers were never asked for has
    /// come, failed, or taken too long; starts due refreshes beside.
    void settle(View view, ListKind kind, Discovery discovery) {
        settle(view, each -> each.list(kind), discovery);
    }

    /// Waits, within the same bounds, until the endpoint's servers have said who they are.
    void greet(View view, Discovery discovery) {
        settle(view, ServerFacts::hello, discovery);
    }

    /// Asks again for lists that are older than `mcp.lists.recheck`, and waits: somebody named what
    /// is not in them.
    void recheck(View view, ListKind kind, Discovery discovery) {
        var lists = config.get().lists();
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(view)) {
            var load = each.list(kind).refresh(lists.recheck(), lists.recheck());
            if (load != null) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, lists.deadline());
    }

    private void settle(View view, Function<ServerFacts, Known<?>> what, Discovery discovery) {
        boolean alone = view.endpoint().server() != null;
        var lists = config.get().lists();
        var loads = new LinkedHashMap<UpstreamServer, Known.Load>();
        for (var each : of(view)) {
            var one = what.apply(each);
            boolean must =
                    alone
                            ? one.value() == null
                            : !one.attempted() && !viewsOf(each.server()).isHopeless(what);
            var load = one.refresh(lists.ttl(), lists.retry());
            // A server that let the first list wait in vain holds up no other one.
            boolean tooSlow = !alone && runsTooLong(load, lists.firstWait());
            if (load != null && must && !tooSlow) {
                loads.put(each.server(), load);
            }
        }
        discovery.await(loads, alone ? lists.deadline() : lists.firstWait());
    }

    /// What is shown of a server's tools is something else now, though its list is the same.
    void toolsChanged(String server) {
        servers.find(server)
                .ifPresent(each -> tell(new Change(ListKind.TOOLS, List.of(each), null)));
    }

    private static boolean runsTooLong(Known.@Nullable Load load, Duration patience) {
        return load != null && load.runsLongerThan(patience);
    }

    /// What callers may see has changed, whatever the lists say.
    void accessChanged() {
        var all = servers.all();
        for (var kind : ListKind.values()) {
            tell(new Change(kind, all, null));
        }
    }

    /// A server's tools for all kinds of clients together, as far as known, in its own order.
    List<ObjectNode> everyTool(UpstreamServer server) {
        return viewsOf(server).everyEntry(ListKind.TOOLS);
    }

    /// The same by name; empty as long as no list came.
    Optional<List<ObjectNode>> knownTools(String server) {
        return servers.find(server)
                .map(this::viewsOf)
                .filter(views -> views.isKnown(ListKind.TOOLS))
                .map(views -> views.everyEntry(ListKind.TOOLS));
    }

    private ServerViews viewsOf(UpstreamServer server) {
        return known.computeIfAbsent(
                server, each -> new ServerViews(each, audience -> facts(each, audience)));
    }

    private ServerFacts facts(UpstreamServer server, Audience audience) {
        return new ServerFacts(
                server,
                audience,
                this::deadline,
                kind -> tell(new Change(kind, List.of(server), audience)));
    }

    private void forget(Audience audience) {
        known.values().forEach(views -> views.forget(audience));
        forgetters.forEach(listener -> listener.accept(audience));
    }

    private Duration deadline() {
        return config.get().lists().deadline();
    }

    private void serversChanged() {
        var now = servers.all();
        var before = last;
        last = now;
        known.keySet().removeIf(server -> !now.contains(server));
        var different = new ArrayList<>(now);
        different.removeAll(before);
        before.stream().filter(server -> !now.contains(server)).forEach(different::add);
        for (var kind : ListKind.values()) {
            tell(new Change(kind, List.copyOf(different), null));
        }
    }

    private void tell(Change change) {
        listeners.forEach(listener -> listener.accept(change));
    }
}
