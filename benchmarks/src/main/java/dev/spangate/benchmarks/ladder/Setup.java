package dev.spangate.benchmarks.ladder;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// How a gateway is configured for the ladder.
///
/// @param upstream model and MCP servers
/// @param sink the OTLP endpoint; null for no destination
/// @param servers how many MCP servers stand behind it
/// @param hanging one more that never answers
/// @param capture `full`, `metadata` or `none`
/// @param journal folder of the journal
record Setup(
        URI upstream,
        @Nullable URI sink,
        int servers,
        boolean hanging,
        String capture,
        Path journal) {
    /// Everything on: tracing, capture, linking and a live destination.
    static Setup full(URI upstream, URI sink, Path journal) {
        return new Setup(upstream, sink, 1, false, "full", journal);
    }

    Setup withoutDestination() {
        return new Setup(upstream, null, servers, hanging, capture, journal);
    }

    Setup withoutContent() {
        return new Setup(upstream, sink, servers, hanging, "none", journal);
    }

    Setup withServers(int count) {
        return new Setup(upstream, sink, count, true, capture, journal);
    }

    Setup in(Path folder) {
        return new Setup(upstream, sink, servers, hanging, capture, folder);
    }

    /// The configuration file; all ports are free ones.
    String yaml() {
        var yaml = new StringBuilder("name: bench\n");
        yaml.append("listen: { host: 127.0.0.1, port: 0, access-log: false }\n"); // as nginx
        yaml.append("admin: { host: 127.0.0.1, port: 0 }\n");
        yaml.append("llm:\n  providers:\n    openai: { type: openai, base-url: \"")
                .append(upstream)
                .append("/v1\", api-key: not-a-real-key }\n");
        yaml.append("mcp:\n  servers:\n");
        for (int i = 0; i < servers; i++) {
            yaml.append("    s%d: { url: \"%s/mcp/%d\" }%n".formatted(i, upstream, i));
        }
        if (hanging) {
            yaml.append("    hangs: { url: \"%s/hang/mcp\" }%n".formatted(upstream));
        }
        yaml.append("telemetry:\n  capture: ").append(capture).append('\n');
        if (sink != null) {
            yaml.append(
                    "  otlp: [ { name: sink, endpoint: \"%s\", protocol: http/protobuf } ]%n"
                            .formatted(sink));
        }
        yaml.append("  journal: { dir: \"%s\" }%n".formatted(journal));
        return yaml.toString();
    }
}
