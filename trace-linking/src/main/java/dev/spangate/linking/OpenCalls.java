package dev.spangate.linking;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The tool calls of one link scope: by id, by name, by name and arguments. Guarded by its lock.
final class OpenCalls {
    private final Engine engine;
    private final LongIndex<Call> byId = new LongIndex<>();
    private final LongIndex<CallEntry> byArguments = new LongIndex<>();
    private final CallNames names;

    OpenCalls(Engine engine) {
        this.engine = engine;
        this.names = new CallNames(engine);
    }

    CallNames names() {
        return names;
    }

    /// Files a call under its id, its name and what a wrapper's arguments name (rule L2).
    ///
    /// @param json the parsed arguments; null where they are no JSON
    void add(Call call, ToolCall told, @Nullable JsonNode json) {
        fileId(call, told.id());
        var group = names.group(told.name());
        file(call, group, json, told.arguments());
        if (json != null && !group.ours) {
            for (var inner : WrappedCall.in(json, names::ours)) {
                file(call, names.group(inner.name()), inner.arguments(), "");
            }
        }
    }

    /// A call that an earlier process issued, or that some replica read, from its stored entries.
    void restore(Call call, String name, JsonNode entries) {
        fileId(call, call.id());
        String listed = "";
        for (var stored : entries) {
            var group = names.group(stored.path(0).asString());
            var entry =
                    new CallEntry(call, group, stored.path(1).asLong(), stored.path(2).asLong());
            file(entry, !listed.equals(group.name));
            listed = group.name;
        }
        if (call.entries().isEmpty()) {
            file(new CallEntry(call, names.group(name), 0, 0), true);
        }
    }

    private void fileId(Call call, @Nullable String told) {
        if (told != null) {
            long id = engine.keyed().id(told);
            call.sameId = byId.get(id);
            if (call.sameId != null) {
                call.sameId.newerSameId = call;
            }
            byId.put(id, call);
        }
    }

    private void file(CallEntry entry, boolean listed) {
        entry.call.file(entry);
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
        boolean head = true;
        for (var defaults : group.defaults) {
            long hash = json == null ? engine.json().raw(raw) : engine.json().hash(json, defaults);
            file(new CallEntry(call, group, defaults.key(), hash), head);
            head = false;
        }
    }

    /// The newest call with that id; older ones follow by [Call#sameId].
    @Nullable Call byId(String id) {
        return byId.get(engine.keyed().id(id));
    }

    /// It leaves the lists of open calls (rule R6); its id stays known.
    void close(Call call) {
        for (var entry : call.entries()) {
            if (entry.listed()) {
                entry.group.remove(entry);
            }
            unfile(entry);
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
        var id = call.id();
        if (id == null) {
            return;
        }
        if (call.sameId != null) {
            call.sameId.newerSameId = call.newerSameId;
        }
        if (call.newerSameId != null) {
            call.newerSameId.sameId = call.sameId;
        } else if (call.sameId != null) {
            byId.put(engine.keyed().id(id), call.sameId);
        } else {
            byId.remove(engine.keyed().id(id));
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
}
