package dev.spangate.mcp;

import dev.spangate.mcp.ToolFinding.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// Looks at the tools that servers list: whether a definition has changed under its name, whether a
/// name looks like another's. Tells each finding once in the log and keeps it for the operator.
///
/// Thread-safe; asked whenever a table is built.
final class ToolWatch {
    private static final System.Logger LOG = System.getLogger("spangate.mcp.tools");

    private final Supplier<McpConfig.ToolChecks> config;
    private final ToolPins pins;
    private final Map<Key, ToolFinding> findings = new ConcurrentHashMap<>();
    private final Map<String, Reviewed> reviewed = new ConcurrentHashMap<>();

    ToolWatch(Supplier<McpConfig.ToolChecks> config, ToolPins pins) {
        this.config = config;
        this.pins = pins;
    }

    private record Key(String server, String tool, Kind kind) {}

    /// A list that was compared already, and which of it changed.
    private record Reviewed(List<ObjectNode> tools, Set<String> changed) {}

    /// The tools of a server that must not be shown because their definitions have changed.
    Set<String> hidden(String server, List<ObjectNode> tools) {
        var reaction = config.get().changed();
        if (reaction == McpConfig.Reaction.IGNORE) {
            keepOnly(Kind.CHANGED, key -> !key.server().equals(server));
            return Set.of();
        }
        var known = reviewed.get(server);
        if (known == null || !known.tools().equals(tools)) {
            known = new Reviewed(tools, review(server, tools));
            reviewed.put(server, known);
        }
        boolean block = reaction == McpConfig.Reaction.BLOCK;
        findings.replaceAll((key, finding) ->
                key.kind() == Kind.CHANGED && key.server().equals(server)
                        ? blocked(finding, block)
                        : finding);
        return block ? known.changed() : Set.of();
    }

    private Set<String> review(String server, List<ObjectNode> tools) {
        var changed = pins.compare(server, tools);
        keepOnly(
                Kind.CHANGED,
                key -> !key.server().equals(server) || changed.containsKey(key.tool()));
        boolean block = config.get().changed() == McpConfig.Reaction.BLOCK;
        changed.forEach((tool, parts) ->
                tell(
                        new Key(server, tool, Kind.CHANGED),
                        String.join(", ", parts) + " changed since it was pinned",
                        block));
        return Set.copyOf(changed.keySet());
    }

    /// What of the table of all servers looks like something else, and must not be shown.
    ///
    /// @param everywhere whether this is the table that holds all tools
    Set<NameTable.Entry> hidden(List<NameTable.Entry> entries, boolean everywhere) {
        var reaction = config.get().lookAlike();
        if (reaction == McpConfig.Reaction.IGNORE) {
            keepOnly(Kind.LOOK_ALIKE, _ -> false);
            return Set.of();
        }
        boolean block = reaction == McpConfig.Reaction.BLOCK;
        var odd = odd(entries);
        if (everywhere) {
            var keys = odd.keySet().stream().map(ToolWatch::key).collect(Collectors.toSet());
            keepOnly(Kind.LOOK_ALIKE, keys::contains);
            odd.forEach((entry, detail) -> tell(key(entry), detail, block));
        }
        return block ? odd.keySet() : Set.of();
    }

    private static Map<NameTable.Entry, String> odd(List<NameTable.Entry> entries) {
        var first = new HashMap<String, NameTable.Entry>();
        var odd = new LinkedHashMap<NameTable.Entry, String>();
        for (var entry : entries) {
            var other = first.putIfAbsent(LookAlikes.skeleton(entry.name()), entry);
            if (other != null) {
                odd.put(entry, "looks like a tool of server " + other.server());
            } else if (LookAlikes.isSuspicious(entry.own())) {
                odd.put(entry, "its name holds characters that are not ASCII");
            }
        }
        return odd;
    }

    /// Everything that is wrong now, by server and tool.
    List<ToolFinding> findings() {
        var all = new ArrayList<>(findings.values());
        all.sort(
                Comparator.comparing(ToolFinding::server)
                        .thenComparing(ToolFinding::tool)
                        .thenComparing(ToolFinding::kind));
        return all;
    }

    /// Takes a server's tools as they are: all, or the one of this name.
    ///
    /// @return how many findings that settled
    int approve(String server, Optional<String> tool) {
        var known = reviewed.remove(server);
        if (known == null) {
            return 0;
        }
        var taken =
                known.tools().stream()
                        .filter(each -> known.changed().contains(Json.string(each, "name")))
                        .filter(each ->
                                tool.isEmpty() || tool.get().equals(Json.string(each, "name")))
                        .toList();
        if (!taken.isEmpty()) {
            pins.approve(server, taken);
        }
        taken.forEach(each ->
                findings.remove(
                        new Key(server, String.valueOf(Json.string(each, "name")), Kind.CHANGED)));
        return taken.size();
    }

    /// Forgets servers that are no longer registered; their names may mean others next time.
    void keep(Set<String> servers) {
        reviewed.keySet()
                .removeIf(server -> {
                    if (servers.contains(server)) {
                        return false;
                    }
                    pins.forget(server);
                    return true;
                });
        findings.keySet().removeIf(key -> !servers.contains(key.server()));
    }

    private void tell(Key key, String detail, boolean blocked) {
        var finding =
                new ToolFinding(
                        key.server(), key.tool(), key.kind(), detail, Instant.now(), blocked);
        var before = findings.putIfAbsent(key, finding);
        if (before == null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "tool of MCP server {0}: {1}{2}; GET /api/mcp/servers/{0} names it. tool={3}",
                    key.server(),
                    detail,
                    blocked ? ", so it is not shown" : "",
                    printable(key.tool()));
        } else if (!before.detail().equals(detail)) {
            findings.put(
                    key,
                    new ToolFinding(
                            key.server(), key.tool(), key.kind(), detail, before.since(), blocked));
        } else {
            findings.replace(key, blocked(before, blocked));
        }
    }

    private void keepOnly(Kind kind, Predicate<Key> keep) {
        findings.keySet().removeIf(key -> key.kind() == kind && !keep.test(key));
    }

    private static Key key(NameTable.Entry entry) {
        return new Key(entry.server(), entry.own(), Kind.LOOK_ALIKE);
    }

    private static ToolFinding blocked(ToolFinding finding, boolean blocked) {
        return finding.blocked() == blocked
                ? finding
                : new ToolFinding(
                        finding.server(),
                        finding.tool(),
                        finding.kind(),
                        finding.detail(),
                        finding.since(),
                        blocked);
    }

    /// A name from a server, fit for a line of a log.
    private static String printable(String name) {
        var out = new StringBuilder();
        name.codePoints()
                .limit(100)
                .forEach(c -> {
                    if (c >= ' ' && c <= '~') {
                        out.append((char) c);
                    } else {
                        out.append("\\u{").append(Integer.toHexString(c)).append('}');
                    }
                });
        return out.toString();
    }
}
