package dev.spangate.mcp;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// The registered servers, in their configured order.
///
/// Thread-safe; a change is seen by whoever asks next and told to every listener.
final class UpstreamServers {
    private final CopyOnWriteArrayList<UpstreamServer> servers = new CopyOnWriteArrayList<>();
    private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

    List<UpstreamServer> all() {
        return List.copyOf(servers);
    }

    Optional<UpstreamServer> find(String name) {
        return servers.stream().filter(server -> server.name().equals(name)).findFirst();
    }

    /// Adds a server at the end, or puts it in the place of the one with its name and closes that.
    void put(UpstreamServer server) {
        UpstreamServer old = null;
        boolean found = false;
        for (int i = 0; i < servers.size() && !found; i++) {
            if (servers.get(i).name().equals(server.name())) {
                old = servers.set(i, server);
                found = true;
            }
        }
        if (!found) {
            servers.add(server);
        }
        listeners.forEach(Runnable::run);
        if (old != null && !old.equals(server)) {
            old.close();
        }
    }

    /// Puts the servers in this order; those it does not name keep theirs, behind.
    void arrange(List<String> names) {
        var before = List.copyOf(servers);
        servers.sort(
                Comparator.comparingInt(server -> {
                    int place = names.indexOf(server.name());
                    return place < 0 ? names.size() : place;
                }));
        if (!before.equals(List.copyOf(servers))) {
            listeners.forEach(Runnable::run);
        }
    }

    void remove(String name) {
        find(name)
                .ifPresent(server -> {
                    servers.remove(server);
                    listeners.forEach(Runnable::run);
                    server.close();
                });
    }

    /// Tells, on the changing thread, that the list is another one.
    void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
