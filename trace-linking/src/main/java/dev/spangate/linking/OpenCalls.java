package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tool calls of one link scope: by id, by name, by name and arguments. Guarded by its lock.
final class OpenCalls {
    private static final int MAX_INNER = 4;
    private static final int MAX_NAME = 200;

    private final Engine engine;
    private final LongIndex<Call> byId = new LongIndex<>();
    private final LongIndex<CallEntry> byArguments = new LongIndex<>();
    private final Map<String, CallGroup> groups = new HashMap<>();
    private final Map<String, Map<String, ToolState>> tools = new LinkedHashMap<>();
    private long version = -1;

    OpenCalls(Engine engine) {
        this.engine = engine;
    }

    /// Files a call under its id, its name and what a wrapper's arguments name (rule L2).
    ///
    /// @param json the parsed arguments; null where they are no JSON
    void add(Call call, String arguments, @Nullable JsonNode json) {
        refresh();
        fileId(call);
        var group = group(call.name);
        call.entries = new ArrayList<>(1);
        file(call, group, json, arguments);
        if (json != null && !group.ours) {
            wrapped(call, json);
        }
        call.entries = List.copyOf(call.entries);
    }

    /// A call that an earlier process issued, from its stored entries.
    void restore(Call call, JsonNode entries) {
        refresh();
        fileId(call);
        call.entries = new ArrayList<>(1);
        String listed = "";
        for (var stored : entries) {
            var group = group(stored.path(0).asString());
            long number = stored.path(1).asLong();
            group.issued = Math.max(group.issued, number + 1);
            var entry =
                    new CallEntry(
                            call, group, number, stored.path(2).asLong(), stored.path(3).asLong());
            file(entry, !listed.equals(group.name));
            listed = group.name;
        }
        call.entries = List.copyOf(call.entries);
    }

    CallGroup restoredGroup(String name) {
        return group(name);
    }

    private void fileId(Call call) {
        if (call.id != null) {
            long id = engine.keyed().id(call.id);
            call.sameId = byId.get(id);
            if (call.sameId != null) {
                call.sameId.newerSameId = call;
            }
            byId.put(id, call);
        }
    }

    private void file(CallEntry entry, boolean listed) {
        entry.call.entries.add(entry);
        if (listed) {
            entry.group.add(entry);
        }
        var same = byArguments.get(entry.key());
        entry.sameOlder = same;
        if (same != null) {
            same.sameNewer = entry;
        }
        byArguments.put(entry.key(), entry);
    }

    private void file(Call call, CallGroup group, @Nullable JsonNode json, String raw) {
        long number = group.issued++;
        boolean head = true;
        for (var defaults : group.defaults) {
            long hash = json == null ? engine.json().raw(raw) : engine.json().hash(json, defaults);
            file(new CallEntry(call, group, number, defaults.key(), hash), head);
            head = false;
        }
    }

    /// `{name, arguments}`: also a call of that tool with these arguments.
    private void wrapped(Call call, JsonNode json) {
        if (!json.isObject()) {
            return;
        }
        List<String> names = new ArrayList<>();
        List<JsonNode> objects = new ArrayList<>();
        for (var member : json.properties()) {
            var value = member.getValue();
            if (value.isObject()) {
                objects.add(value);
            } else if (value.isString()) {
                var inner = objectIn(value.stringValue());
                if (inner != null) {
                    objects.add(inner);
                } else if (isName(value.stringValue()) && ours(value.stringValue())) {
                    names.add(value.stringValue());
                }
            }
        }
        for (var name : names.subList(0, Math.min(MAX_INNER, names.size()))) {
            for (var object : objects.subList(0, Math.min(MAX_INNER, objects.size()))) {
                file(call, group(name), object, "");
            }
        }
    }

    private static @Nullable JsonNode objectIn(String text) {
        if (!text.startsWith("{")) {
            return null;
        }
        var node = CanonicalJson.parse(text);
        return node != null && node.isObject() ? node : null;
    }

    /// The newest call with that id; older ones follow by [Call#sameId].
    @Nullable Call byId(String id) {
        return byId.get(engine.keyed().id(id));
    }

    /// It leaves the lists of open calls (rule R6); its id stays known.
    void close(Call call) {
        for (var entry : call.entries) {
            unlist(entry);
            unfile(entry);
        }
    }

    private static void unlist(CallEntry entry) {
        if (entry.older != null || entry.newer != null || entry.group.oldest == entry) {
            entry.group.remove(entry);
        }
    }

    private void unfile(CallEntry entry) {
        if (entry.sameNewer != null) {
            entry.sameNewer.sameOlder = entry.sameOlder;
        } else if (entry.sameOlder != null) {
            byArguments.put(entry.key(), entry.sameOlder);
        } else {
            byArguments.remove(entry.key());
        }
        if (entry.sameOlder != null) {
            entry.sameOlder.sameNewer = entry.sameNewer;
        }
        entry.sameNewer = null;
        entry.sameOlder = null;
    }

    /// Forgets a closed call altogether.
    void forget(Call call) {
        if (call.id == null) {
            return;
        }
        if (call.sameId != null) {
            call.sameId.newerSameId = call.newerSameId;
        }
        if (call.newerSameId != null) {
            call.newerSameId.sameId = call.sameId;
        } else if (call.sameId != null) {
            byId.put(engine.keyed().id(call.id), call.sameId);
        } else {
            byId.remove(engine.keyed().id(call.id));
        }
    }

    /// Forgets a name that nothing waits for.
    void release(CallGroup group) {
        if (group.unused()) {
            groups.remove(group.name);
            group.tools.forEach(tool -> tool.groups.remove(group));
        }
    }

    /// Open calls with these arguments, newest first; at most one more than can be remembered.
    List<CallEntry> equal(ToolState tool, ExecutionFacts facts) {
        List<CallEntry> found = new ArrayList<>(2);
        Set<Call> seen = new HashSet<>();
        for (var group : tool.groups) {
            collect(group.key(tool.schema, facts.arguments()), group, found, seen);
            if (facts.plain() != facts.arguments()) {
                collect(group.key(0, facts.plain()), group, found, seen);
            }
        }
        return found;
    }

    private void collect(long key, CallGroup group, List<CallEntry> found, Set<Call> seen) {
        var entry = byArguments.get(key);
        while (entry != null && found.size() <= Execution.MAX_EDGES) {
            if (entry.group == group && seen.add(entry.call)) {
                found.add(entry);
            }
            entry = entry.sameOlder;
        }
    }

    /// The tool that is executed, known from now on as one that this caller uses.
    ToolState tool(String endpoint, String name, String server) {
        refresh();
        var known = tools.computeIfAbsent(endpoint, _ -> new HashMap<>()).get(name);
        return known != null ? known : addTool(endpoint, name, server);
    }

    private ToolState addTool(String endpoint, String name, String server) {
        var exposed = engine.names().executed(endpoint, name, server);
        long hash = engine.keyed().combine(engine.keyed().id(endpoint), engine.keyed().id(name));
        var tool = new ToolState(endpoint, exposed, hash);
        tools.computeIfAbsent(endpoint, _ -> new HashMap<>()).put(name, tool);
        groups.values().forEach(group -> connect(group, tool));
        groups.values().forEach(this::countServers);
        return tool;
    }

    private CallGroup group(String name) {
        var known = groups.get(name);
        if (known != null) {
            return known;
        }
        var group = new CallGroup(name, engine.keyed().id(name));
        groups.put(name, group);
        resolve(group);
        return group;
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
        group.defaults = defaults(group.name);
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

    private static boolean isName(String text) {
        return text.length() <= MAX_NAME && text.indexOf(' ') < 0 && !text.isEmpty();
    }

    /// True if the name means a tool of ours, at any endpoint or as executed by this caller.
    boolean ours(String name) {
        var group = groups.get(name);
        return group != null ? group.ours || !group.tools.isEmpty() : means(name);
    }

    private boolean means(String name) {
        for (var endpoint : engine.names().endpoints()) {
            if (!engine.names().resolve(endpoint, name).isEmpty()) {
                return true;
            }
        }
        return tools.values().stream()
                .flatMap(known -> known.keySet().stream())
                .anyMatch(tool -> ToolNames.means(name, tool));
    }

    /// Those of each schema that the name may mean; none where it means nothing.
    private List<CanonicalJson.Defaults> defaults(String name) {
        List<CanonicalJson.Defaults> found = new ArrayList<>(1);
        Set<Long> keys = new HashSet<>();
        for (var endpoint : engine.names().endpoints()) {
            for (var exposed : engine.names().resolve(endpoint, name)) {
                if (keys.add(exposed.defaults().key())) {
                    found.add(exposed.defaults());
                }
            }
        }
        return found.isEmpty() ? List.of(CanonicalJson.Defaults.NONE) : List.copyOf(found);
    }

    Iterable<CallGroup> groups() {
        return groups.values();
    }
}
