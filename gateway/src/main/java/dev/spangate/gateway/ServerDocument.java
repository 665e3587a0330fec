package dev.spangate.gateway;

import dev.spangate.mcp.McpServers;
import dev.spangate.mcp.ServerConfig;
import dev.spangate.mcp.ShownTools;
import dev.spangate.mcp.ToolFinding;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A registered MCP server as the admin API shows it.
///
/// No header, no environment, no query: they hold credentials.
final class ServerDocument {
    private final ShownTools tools;

    ServerDocument(ShownTools tools) {
        this.tools = tools;
    }

    ObjectNode of(McpServers.Registered server) {
        var name = server.config().name();
        var status = server.status();
        var node = JsonNodeFactory.instance.objectNode();
        node.put("name", name)
                .put("source", word(server.source()))
                .put("transport", transport(server.config().transport()))
                .put("address", status.address())
                .put("state", word(status.state()));
        node.put("era", word(status.era()));
        node.put("lastError", status.lastError());
        var at = status.lastErrorAt();
        node.put("lastErrorAt", at == null ? null : at.toString());
        addTools(name, node);
        addFindings(name, node);
        return node;
    }

    /// Null as long as nobody has asked the server for its tools.
    private void addTools(String server, ObjectNode node) {
        var known = tools.of(server);
        if (known.isEmpty()) {
            node.putNull("tools");
            return;
        }
        var array = node.putArray("tools");
        for (var tool : known.get()) {
            array.addObject().put("name", tool.name()).put("exposed", tool.exposed().orElse(null));
        }
    }

    private void addFindings(String server, ObjectNode node) {
        var array = node.putArray("findings");
        for (var finding : tools.findings()) {
            if (finding.server().equals(server)) {
                array.add(finding(finding));
            }
        }
    }

    private static ObjectNode finding(ToolFinding finding) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("tool", finding.tool())
                .put("kind", word(finding.kind()))
                .put("detail", finding.detail())
                .put("since", finding.since().toString())
                .put("blocked", finding.blocked());
    }

    private static @Nullable String word(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String transport(ServerConfig.Transport transport) {
        return switch (transport) {
            case ServerConfig.Transport.Stdio _ -> "stdio";
            case ServerConfig.Transport.Http _ -> "http";
            case ServerConfig.Transport.Sse _ -> "sse";
        };
    }
}
