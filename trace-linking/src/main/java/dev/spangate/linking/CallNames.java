package dev.spangate.linking;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Which model-side names mean which executed tools, for one link scope (rule L2). Guarded by its
/// lock; bounded, so that invented names cost nothing in the end (rule L11).
final class CallNames {
    /// Names kept that no open call has.
    private static final int MAX_UNUSED = 4_000;

    private static final int MAX_TOOLS = 4_000;

    /// Looked at when there are too many.
    private static final int TRIES = 4;

    private final Engine engine;

    /// The longest unused first.
    private final LinkedHashMap<String, CallGroup> groups = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, LinkedHashMap<String, ToolState>> tools = new LinkedHashMap<>();
    private long version = -1;
    private long forgotten = -1;

    CallNames(Engine engine) {
        this.engine = engine;
    }

    /// The tool that is executed, known from now on as one that this caller uses.
    ToolState tool(String endpoint, String name, String server) {
        refresh();
        var known = tools.get(endpoint);
        var tool = known == null ? null : known.get(name);
        return tool != null ? tool : addTool(endpoint, name, server);
    }

    private ToolState addTool(String endpoint, String name, String server) {
        var exposed = engine.names().executed(endpoint, name, server);
        long hash = engine.keyed().combine(engine.keyed().id(endpoint), engine.keyed().id(name));
        var tool = new ToolState(endpoint, exposed, hash);
        boolean newEndpoint = !tools.containsKey(endpoint);
        var known = tools.computeIfAbsent(endpoint, _ -> new LinkedHashMap<>(16, 0.75f, true));
        known.put(name, tool);
        if (known.size() > MAX_TOOLS) {
            forget(known.pollFirstEntry().getValue());
        }
        groups.values().forEach(group -> connect(group, tool));
        (newEndpoint ? groups.values() : tool.groups).forEach(this::countServers);
        return tool;
    }

    /// What is not linked of it matters to calls that are open (rule L8).
    private void forget(ToolState tool) {
        if (tool.groups.stream().anyMatch(group -> group.open > 0)) {
            long last = tool.unlinked.isEmpty() ? tool.forgotten : tool.unlinked.lastKey();
            forgotten = Math.max(forgotten, last);
        }
        tool.groups.forEach(group -> group.tools.remove(tool));
    }

    /// Unlinked executions up to this one may have been forgotten with their tool.
    long forgotten() {
        return forgotten;
    }

    /// What a name stands for, made when it is first seen.
    CallGroup group(String name) {
        refresh();
        var known = groups.get(name);
        if (known != null) {
            return known;
        }
        var group = new CallGroup(name, engine.keyed().id(name));
        resolve(group);
        groups.put(name, group);
        for (int i = 0; i < TRIES && groups.size() > MAX_UNUSED; i++) {
            drop(groups.firstEntry().getValue());
        }
        return group;
    }

    /// Forgets a name that nothing waits for; one in use moves to the end.
    private void drop(CallGroup group) {
        if (group.unused()) {
            groups.remove(group.name);
            group.tools.forEach(tool -> tool.groups.remove(group));
        } else {
            groups.get(group.name);
        }
    }

    /// Resolves every name again when an endpoint shows other tools than before.
    private void refresh() {
        if (version == engine.names().version()) {
            return;
        }
        version = engine.names().version();
        for (var known : tools.values()) {
            for (var tool : known.values()) {
                tool.groups.clear();
                tool.show(
                        engine.names()
                                .executed(tool.endpoint, tool.tool.name(), tool.tool.server()));
            }
        }
        groups.values().forEach(this::resolve);
    }

    private void resolve(CallGroup group) {
        group.tools.clear();
        group.defaults = engine.names().defaults(group.name);
        group.ours = means(group.name);
        for (var known : tools.entrySet()) {
            var shown = engine.names().resolve(known.getKey(), group.name);
            if (shown.isEmpty()) {
                known.getValue().values().forEach(tool -> connect(group, tool));
            } else {
                for (var exposed : shown) {
                    var tool = known.getValue().get(exposed.name());
                    if (tool != null) {
                        join(group, tool);
                    }
                }
            }
        }
        countServers(group);
    }

    private void connect(CallGroup group, ToolState tool) {
        var shown = engine.names().resolve(tool.endpoint, group.name);
        boolean resolves =
                shown.isEmpty()
                        ? ToolNames.means(group.name, tool.tool.name())
                        : shown.stream().anyMatch(t -> t.name().equals(tool.tool.name()));
        if (resolves) {
            join(group, tool);
        }
    }

    private static void join(CallGroup group, ToolState tool) {
        if (tool.groups.add(group)) {
            group.tools.add(tool);
        }
    }

    /// At the endpoints that this caller uses.
    private void countServers(CallGroup group) {
        Set<String> servers = new HashSet<>();
        for (var endpoint : tools.keySet()) {
            engine.names()
                    .resolve(endpoint, group.name)
                    .forEach(exposed -> servers.add(exposed.server()));
        }
        group.tools.forEach(tool -> servers.add(tool.tool.server()));
        group.several = servers.size() > 1;
    }

    /// True if the name means a tool of ours, at any endpoint or as executed by this caller.
    boolean ours(String name) {
        var group = groups.get(name);
        return group != null ? group.ours || !group.tools.isEmpty() : means(name);
    }

    private boolean means(String name) {
        return engine.names().means(name)
                || tools.values().stream()
                        .flatMap(known -> known.keySet().stream())
                        .anyMatch(tool -> ToolNames.means(name, tool));
    }
}
