package dev.spangate.mcp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a server says when it is greeted and asked for its tools; nothing is executed.
///
/// @param detail name, revision and number of tools; or what failed, without secrets
/// @param fix what to do; null where it is well
public record ServerCheck(String detail, @Nullable String fix) {
    /// Whether it greets and lists.
    public boolean good() {
        return fix == null;
    }

    static ServerCheck of(UpstreamServer server, Duration deadline) {
        var setting = "mcp.servers." + server.name();
        try {
            var hello = server.hello(UpstreamCall.own("initialize", Json.object(), deadline));
            var tools = ServerList.load(server, Audience.ANY, ListKind.TOOLS, deadline);
            return new ServerCheck(
                    "%s, %s, %d tools"
                            .formatted(
                                    hello.serverInfo()
                                            .path("name")
                                            .asString("a server without a name"),
                                    hello.revision().wire(),
                                    tools.entries().size()),
                    null);
        } catch (McpUpstreamException e) {
            return new ServerCheck(
                    String.valueOf(e.getMessage()), fix(setting, e.kind(), server.config()));
        }
    }

    private static String fix(String setting, McpUpstreamException.Kind kind, ServerConfig config) {
        boolean command = config.transport() instanceof ServerConfig.Transport.Stdio;
        return switch (kind) {
            case UNAUTHORIZED -> setting + ".headers: its credential";
            case CONNECT, CLOSED, UNAVAILABLE ->
                    command
                            ? setting
                                    + ".command and args: does it start in a shell? .env: it gets these variables alone"
                            : setting + ".url: host, port, DNS, firewall";
            case TIMEOUT -> setting + ".timeouts.connect, or the server is stuck";
            case HTTP_STATUS, PROTOCOL ->
                    command
                            ? setting
                                    + ".command: it writes something else than MCP to standard output"
                            : setting
                                    + ".url: the path (often /mcp), or type: sse for the older transport";
            case TOO_LARGE -> setting + ".max-response";
            case CANCELLED -> "look again";
        };
    }
}
