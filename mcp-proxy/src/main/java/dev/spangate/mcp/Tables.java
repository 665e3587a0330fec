package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// What every endpoint shows, and who owns it: built from the catalog whenever a list changes.
///
/// Tables change as a whole; the linker learns of a change before any reader sees it.
final class Tables {
    private final Catalog catalog;
    private final Endpoints endpoints;
    private final Supplier<McpConfig> config;
    private final TraceLinker linker;
    private final ToolWatch watch;
    private final ResourceOwners owners = new ResourceOwners();
    private final Map<String, NameTable> tools = new ConcurrentHashMap<>();
    private final Map<String, NameTable> prompts = new ConcurrentHashMap<>();
    private final Map<String, ResourceOwners.Table> resources = new ConcurrentHashMap<>();
    private final ReentrantLock building = new ReentrantLock();

    Tables(
            Catalog catalog,
            Endpoints endpoints,
            Supplier<McpConfig> config,
            TraceLinker linker,
            ToolWatch watch) {
        this.catalog = catalog;
        this.endpoints = endpoints;
        this.config = config;
        this.linker = linker;
        this.watch = watch;
        catalog.onChange(change -> rebuild(change.kind()));
    }

    NameTable tools(Endpoint endpoint) {
        var table = tools.get(endpoint.path());
        return table == null ? buildTools(endpoint.whole()) : table;
    }

    NameTable prompts(Endpoint endpoint) {
        var table = prompts.get(endpoint.path());
        return table == null ? buildPrompts(endpoint.whole()) : table;
    }

    /// The servers whose lists decide the names that an endpoint gives out: whether two collide is
    /// known only with all lists, also of servers that do not exist for who asks.
    Endpoint needed(Endpoint endpoint, ListKind kind) {
        boolean named = kind == ListKind.TOOLS || kind == ListKind.PROMPTS;
        return named && config.get().prefix() == McpConfig.Prefix.ON_COLLISION
                ? endpoint.whole()
                : endpoint;
    }

    /// The tool of this name, after asking once more where the table does not know it.
    Optional<NameTable.Entry> tool(Endpoint endpoint, String name, Discovery discovery) {
        var found = tools(endpoint).find(name);
        if (found.isEmpty()) {
            catalog.recheck(needed(endpoint, ListKind.TOOLS), ListKind.TOOLS, discovery);
            found = tools(endpoint).find(name);
        }
        return found;
    }

    /// The prompt of this name, likewise; none of a server that the endpoint does not show.
    Optional<NameTable.Entry> prompt(Endpoint endpoint, String name, Discovery discovery) {
        var found = shownPrompt(endpoint, name);
        if (found.isEmpty()) {
            catalog.recheck(needed(endpoint, ListKind.PROMPTS), ListKind.PROMPTS, discovery);
            found = shownPrompt(endpoint, name);
        }
        return found;
    }

    private Optional<NameTable.Entry> shownPrompt(Endpoint endpoint, String name) {
        return prompts(endpoint).find(name).filter(prompt -> endpoint.shows(prompt.server()));
    }

    /// The name of the server that has this resource or resource template, likewise.
    Optional<String> resourceOwner(Endpoint endpoint, String uri, Discovery discovery) {
        var found = owners.owner(resourceTable(endpoint), uri, endpoint::shows);
        if (found.isEmpty()) {
            catalog.recheck(endpoint, ListKind.RESOURCES, discovery);
            catalog.recheck(endpoint, ListKind.TEMPLATES, discovery);
            found = owners.owner(resourceTable(endpoint), uri, endpoint::shows);
        }
        return found;
    }

    /// Learns from a result which resources a server has.
    void learn(String server, ObjectNode result) {
        owners.learn(server, result);
    }

    /// The configuration has changed: everything is built anew.
    void reconfigured() {
        for (var kind : ListKind.values()) {
            rebuild(kind);
        }
    }

    private void rebuild(ListKind kind) {
        building.lock();
        try {
            for (var endpoint : endpoints.all()) {
                switch (kind) {
                    case TOOLS -> buildTools(endpoint);
                    case PROMPTS -> buildPrompts(endpoint);
                    case RESOURCES, TEMPLATES -> resources.remove(endpoint.path());
                }
            }
        } finally {
            building.unlock();
        }
    }

    private NameTable buildTools(Endpoint endpoint) {
        building.lock();
        try {
            var offers = new ArrayList<NameTable.Offer>();
            for (var each : catalog.of(endpoint)) {
                var server = each.server();
                var entries = each.entries(ListKind.TOOLS);
                entries.forEach(tool -> owners.learnTool(server.name(), tool));
                var hidden =
                        each.list(ListKind.TOOLS).value() == null
                                ? Set.<String>of()
                                : watch.hidden(server.name(), entries);
                var chosen = Selections.without(endpoint.select(server), hidden);
                offers.add(new NameTable.Offer(server.name(), chosen, entries));
            }
            var all = table(endpoint, offers);
            var table = all.without(watch.hidden(all.entries(), endpoint.showsAll()));
            linker.expose(endpoint.path(), table.exposedTools());
            tools.put(endpoint.path(), table);
            return table;
        } finally {
            building.unlock();
        }
    }

    private NameTable buildPrompts(Endpoint endpoint) {
        building.lock();
        try {
            var offers = new ArrayList<NameTable.Offer>();
            if (!endpoint.isVirtual()) {
                for (var each : catalog.of(endpoint)) {
                    offers.add(
                            new NameTable.Offer(
                                    each.server().name(),
                                    NameTable.Selection.all(),
                                    each.entries(ListKind.PROMPTS)));
                }
            }
            var table = table(endpoint, offers);
            prompts.put(endpoint.path(), table);
            return table;
        } finally {
            building.unlock();
        }
    }

    private NameTable table(Endpoint endpoint, List<NameTable.Offer> offers) {
        var now = config.get();
        var prefix = endpoint.server() == null ? now.prefix() : McpConfig.Prefix.NEVER;
        return NameTable.of(offers, prefix, now.lists().maxNameLength());
    }

    private ResourceOwners.Table resourceTable(Endpoint endpoint) {
        return resources.computeIfAbsent(
                endpoint.path(),
                _ ->
                        new ResourceOwners.Table(
                                catalog.of(endpoint.whole()).stream()
                                        .map(each ->
                                                new ResourceOwners.Listed(
                                                        each.server().name(),
                                                        each.entries(ListKind.RESOURCES),
                                                        each.entries(ListKind.TEMPLATES)))
                                        .toList()));
    }
}
