package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
    private final Map<Key, NameTable> tools = new ConcurrentHashMap<>();
    private final Map<Key, NameTable> prompts = new ConcurrentHashMap<>();
    private final Map<Key, ResourceOwners.Table> resources = new ConcurrentHashMap<>();
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
        catalog.onChange(this::rebuild);
        catalog.onForgotten(this::forget);
    }

    private record Key(String path, Audience audience) {
        static Key of(View view) {
            return new Key(view.endpoint().path(), view.audience());
        }

        /// What concerns any audience concerns all: they see the same of some servers.
        boolean isOf(Endpoint endpoint, @Nullable Audience changed) {
            return path.equals(endpoint.path())
                    && (changed == null || changed.isAny() || changed.equals(audience));
        }
    }

    NameTable tools(View view) {
        var table = tools.get(Key.of(view));
        return table == null ? buildTools(view.whole()) : table;
    }

    NameTable prompts(View view) {
        var table = prompts.get(Key.of(view));
        return table == null ? buildPrompts(view.whole()) : table;
    }

    /// The servers whose lists decide the names that an endpoint gives out: whether two collide is
    /// known only with all lists, also of servers that do not exist for who asks.
    View needed(View view, ListKind kind) {
        boolean named = kind == ListKind.TOOLS || kind == ListKind.PROMPTS;
        return named && config.get().prefix() == McpConfig.Prefix.ON_COLLISION
                ? view.whole()
                : view;
    }

    /// The tool of this name, after asking once more where the table does not know it. What every
    /// client sees is found without the list of this kind of client: its server decides.
    Optional<NameTable.Entry> tool(View view, String name, Discovery discovery) {
        var found = tools(view).find(name).or(() -> tools(view.ofAny()).find(name));
        if (found.isEmpty()) {
            catalog.recheck(needed(view, ListKind.TOOLS), ListKind.TOOLS, discovery);
            found = tools(view).find(name);
        }
        return found;
    }

    /// The prompt of this name, likewise; none of a server that the endpoint does not show.
    Optional<NameTable.Entry> prompt(View view, String name, Discovery discovery) {
        var found = shownPrompt(view, name);
        if (found.isEmpty()) {
            catalog.recheck(needed(view, ListKind.PROMPTS), ListKind.PROMPTS, discovery);
            found = shownPrompt(view, name);
        }
        return found;
    }

    private Optional<NameTable.Entry> shownPrompt(View view, String name) {
        return prompts(view)
                .find(name)
                .or(() -> prompts(view.ofAny()).find(name))
                .filter(prompt -> view.endpoint().shows(prompt.server()));
    }

    /// The name of the server that has this resource or resource template, likewise.
    Optional<String> resourceOwner(View view, String uri, Discovery discovery) {
        Predicate<String> shows = view.endpoint()::shows;
        var found =
                owners.owner(resourceTable(view), uri, shows)
                        .or(() -> owners.owner(resourceTable(view.ofAny()), uri, shows));
        if (found.isEmpty()) {
            catalog.recheck(view, ListKind.RESOURCES, discovery);
            catalog.recheck(view, ListKind.TEMPLATES, discovery);
            found = owners.owner(resourceTable(view), uri, shows);
        }
        return found;
    }

    /// Learns from a result which resources a server has.
    void learn(String server, ObjectNode result) {
        owners.learn(server, result);
    }

    /// The configuration has changed: everything is built anew.
    void reconfigured() {
        building.lock();
        try {
            tools.clear();
            prompts.clear();
            resources.clear();
            endpoints.all().forEach(endpoint -> buildTools(new View(endpoint, Audience.ANY)));
        } finally {
            building.unlock();
        }
    }

    /// Reads something when no table is being built: what is told of a list is shown by then.
    <T> T settled(Supplier<T> read) {
        building.lock();
        try {
            return read.get();
        } finally {
            building.unlock();
        }
    }

    private void rebuild(Catalog.Change change) {
        building.lock();
        try {
            for (var endpoint : endpoints.all()) {
                switch (change.kind()) {
                    case TOOLS -> rebuildTools(endpoint, change.audience());
                    case PROMPTS -> drop(prompts, endpoint, change.audience());
                    case RESOURCES, TEMPLATES -> drop(resources, endpoint, change.audience());
                }
            }
        } finally {
            building.unlock();
        }
    }

    /// At once: the linker must know what is shown before anybody calls it.
    private void rebuildTools(Endpoint endpoint, @Nullable Audience audience) {
        if (audience == null || audience.isAny()) {
            buildTools(new View(endpoint, Audience.ANY));
        }
        for (var key : List.copyOf(tools.keySet())) {
            if (key.isOf(endpoint, audience) && !key.audience().isAny()) {
                buildTools(new View(endpoint, key.audience()));
            }
        }
    }

    private static void drop(Map<Key, ?> built, Endpoint endpoint, @Nullable Audience audience) {
        built.keySet().removeIf(key -> key.isOf(endpoint, audience));
    }

    private void forget(Audience audience) {
        for (var built : List.of(tools, prompts, resources)) {
            built.keySet().removeIf(key -> key.audience().equals(audience));
        }
    }

    private NameTable buildTools(View view) {
        building.lock();
        try {
            var endpoint = view.endpoint();
            var offers = new ArrayList<NameTable.Offer>();
            for (var each : catalog.of(view)) {
                var server = each.server();
                var entries = each.entries(ListKind.TOOLS);
                entries.forEach(tool -> owners.learnTool(server.name(), tool));
                var hidden =
                        each.list(ListKind.TOOLS).value() == null
                                ? Set.<String>of()
                                : watch.hidden(server.name(), catalog.everyTool(server));
                var chosen = Selections.without(endpoint.select(server), hidden);
                offers.add(new NameTable.Offer(server.name(), chosen, entries));
            }
            var all = table(endpoint, offers);
            var everybodys = union(Key.of(view), all);
            var odd = watch.hidden(everybodys, endpoint.showsAll());
            var table = all.without(odd);
            everybodys.removeAll(odd);
            linker.expose(endpoint.path(), NameTable.exposed(everybodys));
            tools.put(Key.of(view), table);
            return table;
        } finally {
            building.unlock();
        }
    }

    private NameTable buildPrompts(View view) {
        building.lock();
        try {
            var endpoint = view.endpoint();
            var offers = new ArrayList<NameTable.Offer>();
            if (!endpoint.isVirtual()) {
                for (var each : catalog.of(view)) {
                    offers.add(
                            new NameTable.Offer(
                                    each.server().name(),
                                    NameTable.Selection.all(),
                                    each.entries(ListKind.PROMPTS)));
                }
            }
            var table = table(endpoint, offers);
            prompts.put(Key.of(view), table);
            return table;
        } finally {
            building.unlock();
        }
    }

    /// What the endpoint shows to any kind of client, with this table for one of them; in an order
    /// that does not depend on which.
    private List<NameTable.Entry> union(Key changed, NameTable table) {
        var byAudience = new TreeMap<String, NameTable>();
        tools.forEach((key, other) -> {
            if (key.path().equals(changed.path())) {
                byAudience.put(Json.text(key.audience().capabilities()), other);
            }
        });
        byAudience.put(Json.text(changed.audience().capabilities()), table);
        var all = new LinkedHashMap<String, NameTable.Entry>();
        byAudience
                .values()
                .forEach(each ->
                        each.entries()
                                .forEach(entry ->
                                        all.putIfAbsent(
                                                entry.name() + "\0" + entry.server(), entry)));
        return new ArrayList<>(all.values());
    }

    /// What clients of an endpoint call a server's tools, by the server's own names.
    Map<String, String> exposedNames(Endpoint endpoint, String server) {
        var names = new HashMap<String, String>();
        tools(new View(endpoint, Audience.ANY));
        tools.forEach((key, table) -> {
            if (key.path().equals(endpoint.path())) {
                for (var entry : table.entries()) {
                    if (entry.server().equals(server)) {
                        names.putIfAbsent(entry.own(), entry.name());
                    }
                }
            }
        });
        return names;
    }

    private NameTable table(Endpoint endpoint, List<NameTable.Offer> offers) {
        var now = config.get();
        var prefix = endpoint.server() == null ? now.prefix() : McpConfig.Prefix.NEVER;
        return NameTable.of(offers, prefix, now.lists().maxNameLength());
    }

    private ResourceOwners.Table resourceTable(View view) {
        return resources.computeIfAbsent(
                Key.of(view),
                _ ->
                        new ResourceOwners.Table(
                                catalog.of(view.whole()).stream()
                                        .map(each ->
                                                new ResourceOwners.Listed(
                                                        each.server().name(),
                                                        each.entries(ListKind.RESOURCES),
                                                        each.entries(ListKind.TEMPLATES)))
                                        .toList()));
    }
}
