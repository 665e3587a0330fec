package dev.spangate.mcp;

import java.util.Map;
import java.util.regex.Pattern;

/// The span attributes that say which server it was (OpenTelemetry MCP conventions, client side).
final class ServerAttributes {
    private static final Pattern HOST_PORT = Pattern.compile("(.+):(\\d{1,5})");

    private ServerAttributes() {}

    static Map<String, Object> of(UpstreamServer server) {
        var address = HOST_PORT.matcher(server.status().address());
        return address.matches()
                ? Map.of(
                        "spangate.mcp.server",
                        server.name(),
                        "network.transport",
                        "tcp",
                        "server.address",
                        address.group(1),
                        "server.port",
                        Long.valueOf(address.group(2)))
                : Map.of("spangate.mcp.server", server.name(), "network.transport", "pipe");
    }
}
