package dev.spangate.mcp;

import dev.spangate.proxy.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;

/// The MCP servers behind the gateway: registered by configuration or at run time, each with its
/// own sessions.
///
/// Thread-safe. Registering connects nothing: a server is connected when it is first asked. A
/// change touches that server alone; requests in flight to a removed or replaced server fail with
/// its name.
public final class McpServers implements AutoCloseable {
    private static final Duration REAP_EVERY = Duration.ofMinutes(1);
    private static final Duration IDLE = Duration.ofHours(1);
    private static final int MAX_SESSIONS = 1_000;

    private final ReentrantLock changing = new ReentrantLock();
    private final UpstreamServers registry = new UpstreamServers();
    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private McpConfig.Registration registration = new McpConfig.Registration(false, Set.of());
    private Set<String> virtual = Set.of();
    private final ConcurrentHashMap<String, AddressGuard> guards = new ConcurrentHashMap<>();
    private final UpstreamTransports transports =
            new UpstreamTransports(name -> guards.getOrDefault(name, AddressGuard.trusting()));

    /// Who registered a server.
    public enum Source {
        /// The configuration file: trusted with any command and address.
        CONFIGURATION,
        /// The admin API: addresses are guarded.
        API
    }

    /// One registered server.
    ///
    /// @param config as registered
    /// @param source who did
    /// @param status how it is doing
    public record Registered(ServerConfig config, Source source, ServerStatus status) {}

    private record Entry(ConnectedServer server, Source source) {}

    /// Lets servers of the API be reached at the address that was checked. Counts only before the
    /// process makes its first HTTP client; without it they cannot be reached, and say why.
    public static void allowPinnedConnections() {
        PinnedHttp.allowHostHeader();
    }

    /// Registers what the configuration names.
    public static McpServers of(McpConfig config) {
        var servers = new McpServers();
        servers.apply(config);
        servers.reapLater();
        return servers;
    }

    private McpServers() {}

    /// What the downstream half asks.
    UpstreamServers registry() {
        return registry;
    }

    /// All registered servers in their order.
    public List<Registered> all() {
        var found = new ArrayList<Registered>();
        for (var server : registry.all()) {
            find(server.name()).ifPresent(found::add);
        }
        return found;
    }

    /// One server by its name.
    public Optional<Registered> find(String name) {
        return Optional.ofNullable(entries.get(name))
                .map(entry ->
                        new Registered(
                                entry.server().config(), entry.source(), entry.server().status()));
    }

    /// Greets a server and asks for its tools, nothing else; blocks until it answers or the
    /// deadline of each of the two is over.
    ///
    /// @throws java.util.NoSuchElementException if there is none of that name
    public ServerCheck check(String name, Duration deadline) {
        return ServerCheck.of(registry.find(name).orElseThrow(), deadline);
    }

    /// Makes the servers of the configuration those given: adds, replaces what changed, removes
    /// what is gone. Servers that came through the API stay, unless the configuration now has one
    /// of the same name.
    ///
    /// @return what was done, one line per changed server
    public List<String> apply(McpConfig config) {
        changing.lock();
        try {
            var changes = new ArrayList<String>();
            if (!registration.equals(config.registration())) {
                registration = config.registration();
                guardAnew(changes);
            }
            virtual = config.virtual().keySet();
            var gone = new TreeSet<String>();
            entries.forEach((name, entry) -> {
                if (entry.source() == Source.CONFIGURATION && !config.servers().containsKey(name)) {
                    gone.add(name);
                }
            });
            for (var name : gone) {
                drop(name);
                changes.add("removed server " + name);
            }
            config.servers()
                    .forEach((name, server) -> {
                        var known = entries.get(name);
                        if (known == null
                                || known.source() != Source.CONFIGURATION
                                || !known.server().config().equals(server)) {
                            register(server, Source.CONFIGURATION, AddressGuard.trusting());
                            changes.add(
                                    (known == null ? "added server " : "changed server ") + name);
                        }
                    });
            registry.arrange(List.copyOf(config.servers().keySet()));
            return changes;
        } finally {
            changing.unlock();
        }
    }

    /// Adds a server given over the network, or replaces the one of the same name.
    ///
    /// @param entry as it would stand below `mcp.servers`
    /// @throws dev.spangate.proxy.SettingsException if the entry is wrong or not allowed, with the
    ///   way out
    public void put(String name, JsonNode entry) {
        var settings = Settings.of("mcp.servers." + name, entry);
        var server = ServerConfig.from(name, settings);
        changing.lock();
        try {
            var others = new TreeSet<>(entries.keySet());
            others.remove(name);
            others.addAll(virtual);
            if (virtual.contains(name)) {
                throw settings.problem("(name)", "a virtual server has this name already");
            }
            ConfiguredNames.refuse(settings, "(name)", name, others);
            if (server.transport() instanceof ServerConfig.Transport.Stdio
                    && !registration.allowCommands()) {
                throw settings.problem(
                        "command",
                        "servers that start processes come from the configuration file only, unless"
                                + " mcp.registration.allow-commands is true");
            }
            register(server, Source.API, AddressGuard.publicOnly(registration.allowHosts()));
        } finally {
            changing.unlock();
        }
    }

    /// Removes a server and ends its sessions; false if there is none of that name.
    public boolean remove(String name) {
        changing.lock();
        try {
            return drop(name);
        } finally {
            changing.unlock();
        }
    }

    /// Ends a server's sessions and forgets what it learned of it, its era too; the next request
    /// connects anew. False if there is none of that name.
    public boolean reconnect(String name) {
        changing.lock();
        try {
            var entry = entries.get(name);
            if (entry == null) {
                return false;
            }
            register(
                    entry.server().config(),
                    entry.source(),
                    guards.getOrDefault(name, AddressGuard.trusting()));
            return true;
        } finally {
            changing.unlock();
        }
    }

    /// Ends all sessions and child processes; returns when they are gone, bounded by seconds.
    @Override
    public void close() {
        changing.lock();
        try {
            var closing =
                    registry.all().stream()
                            .map(server ->
                                    Thread.ofVirtual().name("mcp-close").start(server::close))
                            .toList();
            for (var thread : closing) {
                thread.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            changing.unlock();
            transports.close();
        }
    }

    /// Other rules for servers of the API count for those that are there, too.
    private void guardAnew(List<String> changes) {
        for (var entry : List.copyOf(entries.values())) {
            var server = entry.server().config();
            if (entry.source() != Source.API) {
                continue;
            }
            if (server.transport() instanceof ServerConfig.Transport.Stdio
                    && !registration.allowCommands()) {
                drop(server.name());
                changes.add("removed server " + server.name() + ": commands are not allowed now");
            } else {
                register(server, Source.API, AddressGuard.publicOnly(registration.allowHosts()));
                changes.add(
                        "reconnected server " + server.name() + ": other hosts are allowed now");
            }
        }
    }

    private void register(ServerConfig server, Source source, AddressGuard guard) {
        guards.put(server.name(), guard);
        var connected = new ConnectedServer(server, transports, MAX_SESSIONS);
        entries.put(server.name(), new Entry(connected, source));
        registry.put(connected);
    }

    private boolean drop(String name) {
        guards.remove(name);
        if (entries.remove(name) == null) {
            return false;
        }
        registry.remove(name);
        return true;
    }

    private void reapLater() {
        transports
                .deadlines()
                .start(
                        REAP_EVERY,
                        () -> {
                            Thread.ofVirtual()
                                    .name("mcp-reap")
                                    .start(() ->
                                            Map.copyOf(entries)
                                                    .values()
                                                    .forEach(entry -> entry.server().reap(IDLE)));
                            reapLater();
                        });
    }
}
