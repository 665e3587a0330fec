package dev.spangate.gateway;

import dev.spangate.linking.LinkerStats;
import dev.spangate.linking.SharedLog;
import dev.spangate.linking.TraceLinker;
import dev.spangate.mcp.McpConfig;
import dev.spangate.mcp.McpServers;
import dev.spangate.mcp.ServerStatus;
import dev.spangate.mcp.ShownTools;
import dev.spangate.mcp.ToolFinding;
import dev.spangate.telemetry.Metrics;
import dev.spangate.telemetry.Metrics.Reading;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/// What no span tells: the linker's state, whether MCP servers are up, what is odd about tools.
final class OwnMetrics {
    private final TraceLinker linker;
    private final McpServers servers;
    private final ShownTools tools;

    OwnMetrics(TraceLinker linker, McpServers servers, ShownTools tools) {
        this.linker = linker;
        this.servers = servers;
        this.tools = tools;
    }

    void addTo(Metrics metrics) {
        counter(metrics, "spangate.linking.evicted", "Open calls evicted", LinkerStats::evicted);
        counter(metrics, "spangate.linking.faults", "Caught faults", LinkerStats::faults);
        counter(
                metrics,
                "spangate.linking.join_fallbacks",
                "Trace contexts that became links",
                LinkerStats::joinFallbacks);
        counter(metrics, "spangate.linking.unread", "Answers not read whole", LinkerStats::unread);
        gauge(metrics, "spangate.linking.open_calls", "Open tool calls", LinkerStats::openCalls);
        gauge(metrics, "spangate.linking.live_runs", "Live runs", LinkerStats::liveRuns);
        gauge(metrics, "spangate.linking.held", "Held executions", LinkerStats::heldExecutions);
        if (linker.store() != null) {
            store(metrics);
        }
        metrics.gauge(
                "spangate.mcp.server.up",
                "{server}",
                "1 unless the last use failed",
                this::serversUp);
        metrics.gauge(
                "spangate.mcp.tool.findings",
                "{tool}",
                "Tools that changed under their name, or look like others",
                this::findings);
    }

    private void store(Metrics metrics) {
        metrics.gauge(
                "spangate.linking.store.up",
                "1",
                "1 while the store of replicas answers",
                () -> one(health().answers() ? 1 : 0));
        metrics.gauge(
                "spangate.linking.store.waiting",
                "1",
                "Entries that wait for the store",
                () -> one((double) health().waiting()));
        metrics.counter(
                "spangate.linking.store.failures",
                "1",
                "Failed requests to the store",
                () -> one((double) health().failures()));
        metrics.counter(
                "spangate.linking.store.dropped",
                "1",
                "Entries given up because the store did not take them",
                () -> one((double) health().dropped()));
    }

    private SharedLog.Health health() {
        var health = linker.store();
        return health == null ? new SharedLog.Health(false, 0, 0, 0) : health;
    }

    private void counter(
            Metrics metrics, String name, String description, ToLongFunction<LinkerStats> value) {
        metrics.counter(
                name, "1", description, () -> one((double) value.applyAsLong(linker.stats())));
    }

    private void gauge(
            Metrics metrics, String name, String description, ToLongFunction<LinkerStats> value) {
        metrics.gauge(
                name,
                "{item}", // "1" would make a ratio of it
                description,
                () -> one((double) value.applyAsLong(linker.stats())));
    }

    private Collection<Reading> serversUp() {
        return servers.all().stream()
                .filter(server -> !server.config().name().equals(McpConfig.CHECK))
                .map(server ->
                        new Reading(
                                Map.of("spangate.mcp.server", server.config().name()),
                                server.status().state() == ServerStatus.State.FAILED ? 0 : 1))
                .toList();
    }

    /// By server and kind, with a zero for every server that has nothing: an alert needs both.
    private Collection<Reading> findings() {
        var found = tools.findings();
        var readings = new ArrayList<Reading>();
        for (var server : servers.all()) {
            for (var kind : ToolFinding.Kind.values()) {
                var name = server.config().name();
                long count =
                        found.stream()
                                .filter(each -> each.server().equals(name) && each.kind() == kind)
                                .count();
                readings.add(
                        new Reading(
                                Map.of(
                                        "spangate.mcp.server",
                                        name,
                                        "spangate.finding",
                                        kind.name().toLowerCase(Locale.ROOT)),
                                count));
            }
        }
        return readings;
    }

    private static Collection<Reading> one(double value) {
        return List.of(new Reading(Map.of(), value));
    }
}
