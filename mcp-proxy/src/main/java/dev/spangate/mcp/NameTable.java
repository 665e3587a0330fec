package dev.spangate.mcp;

import dev.spangate.linking.ExposedTool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What an endpoint shows of a kind that has names (tools, prompts): exposed name to owner, in
/// order of server, then name. Immutable.
final class NameTable {
    private final Map<String, Entry> byName;
    private final List<Entry> entries;

    private NameTable(Map<String, Entry> byName) {
        this.byName = byName;
        this.entries = List.copyOf(byName.values());
    }

    /// A tool or prompt as an endpoint shows it.
    ///
    /// @param name the exposed name
    /// @param server its owner
    /// @param own the name that the owner knows
    /// @param definition as the owner sent it, with the exposed name; shared, never changed
    record Entry(String name, String server, String own, ObjectNode definition) {}

    /// What one server offers, what of it is shown and how.
    record Offer(String server, Selection selection, List<ObjectNode> entries) {}

    /// Which entries of a server are shown, and what they are called before any prefix.
    interface Selection {
        boolean shows(String own);

        /// The definition as it is shown; the same object where nothing is changed.
        ObjectNode shown(String own, ObjectNode definition);

        /// Everything, unchanged.
        static Selection all() {
            return new Selection() {
                @Override
                public boolean shows(String own) {
                    return true;
                }

                @Override
                public ObjectNode shown(String own, ObjectNode definition) {
                    return definition;
                }
            };
        }
    }

    /// The same table without some of its entries; the names of the others stay.
    NameTable without(Set<Entry> hidden) {
        if (hidden.isEmpty()) {
            return this;
        }
        var rest = new LinkedHashMap<>(byName);
        rest.values().removeAll(hidden);
        return new NameTable(Collections.unmodifiableMap(rest));
    }

    /// Builds the table of an endpoint that shows these offers.
    static NameTable of(List<Offer> offers, McpConfig.Prefix prefix, int maxNameLength) {
        var shown = offers.stream().map(NameTable::shown).toList();
        return new Builder(prefix, new ExposedNames(maxNameLength), collisions(shown)).add(shown);
    }

    Optional<Entry> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// All entries, in order.
    List<Entry> entries() {
        return entries;
    }

    /// For the linker (rule L2).
    static List<ExposedTool> exposed(List<Entry> entries) {
        return entries.stream()
                .map(entry ->
                        new ExposedTool(entry.name(), entry.server(), schema(entry.definition())))
                .toList();
    }

    private static @Nullable String schema(ObjectNode definition) {
        var schema = Json.child(definition, "inputSchema");
        return schema == null ? null : Json.text(schema);
    }

    /// One server's chosen entries under the names they have before any prefix.
    private static List<Entry> shown(Offer offer) {
        var entries = new ArrayList<Entry>();
        var seen = new HashSet<String>();
        for (var definition : offer.entries()) {
            var own = Json.string(definition, "name");
            if (own != null && seen.add(own) && offer.selection().shows(own)) {
                var shown = offer.selection().shown(own, definition);
                var name = String.valueOf(Json.string(shown, "name"));
                entries.add(new Entry(name, offer.server(), own, shown));
            }
        }
        return entries;
    }

    private static Set<String> collisions(List<List<Entry>> all) {
        var owner = new HashMap<String, String>();
        var collisions = new HashSet<String>();
        for (var entries : all) {
            for (var entry : entries) {
                var other = owner.putIfAbsent(entry.name(), entry.server());
                if (other != null && !other.equals(entry.server())) {
                    collisions.add(entry.name());
                }
            }
        }
        return collisions;
    }

    private static final class Builder {
        private static final System.Logger LOG = System.getLogger(NameTable.class.getName());

        private final McpConfig.Prefix prefix;
        private final ExposedNames names;
        private final Set<String> collisions;
        private final Map<String, Entry> table = new LinkedHashMap<>();

        Builder(McpConfig.Prefix prefix, ExposedNames names, Set<String> collisions) {
            this.prefix = prefix;
            this.names = names;
            this.collisions = collisions;
        }

        NameTable add(List<List<Entry>> all) {
            for (var entries : all) {
                entries.stream()
                        .map(this::prefixed)
                        .sorted(Comparator.comparing(Entry::name))
                        .forEach(this::add);
            }
            return new NameTable(Collections.unmodifiableMap(table));
        }

        private Entry prefixed(Entry entry) {
            var name =
                    switch (prefix) {
                        case ALWAYS -> names.prefixed(entry.server(), entry.name());
                        case NEVER -> entry.name(); // as it is directly, come what may
                        case ON_COLLISION ->
                                collisions.contains(entry.name())
                                        ? names.prefixed(entry.server(), entry.name())
                                        : names.capped(entry.server(), entry.name());
                    };
            return name.equals(entry.name()) ? entry : renamed(entry, name);
        }

        private void add(Entry entry) {
            if (!table.containsKey(entry.name())) {
                table.put(entry.name(), entry);
            } else if (prefix == McpConfig.Prefix.NEVER) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "Hidden: its name is taken; rename it or set mcp.prefix."
                                + " server={0} name={1}",
                        entry.server(),
                        entry.own());
            } else {
                var free = renamed(entry, names.hashed(entry.server(), entry.own()));
                table.putIfAbsent(free.name(), free);
            }
        }

        /// The entry under another name; its definition says so.
        private static Entry renamed(Entry entry, String name) {
            var definition = entry.definition().deepCopy();
            definition.put("name", name);
            return new Entry(name, entry.server(), entry.own(), definition);
        }
    }
}
