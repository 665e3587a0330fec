package dev.spangate.mcp;

import dev.spangate.linking.EpochClock;
import dev.spangate.linking.JournalRecord;
import dev.spangate.linking.LinkingConfig;
import dev.spangate.linking.TraceLinker;
import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Policy;
import io.helidon.webserver.WebServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/// The whole MCP side on a real listener, over servers of a configuration.
final class GatewayUnderTest implements AutoCloseable {
    final McpServers servers;
    final List<JournalRecord> records = new CopyOnWriteArrayList<>();
    private final McpProxy proxy;
    private final WebServer web;

    /// @param mcp the `mcp` part of a configuration, with `'` for `"`
    GatewayUnderTest(String mcp) {
        var config = McpConfig.from(Json.parse(mcp.replace('\'', '"')));
        servers = McpServers.of(config);
        var linker =
                TraceLinker.create(LinkingConfig.defaults(), EpochClock.system(), records::add);
        proxy =
                McpProxy.create(
                        config,
                        servers,
                        new McpProxy.Gate(Authentication.of(Map.of()), Policy.allowAll(), linker));
        web =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .connectionOptions(options -> options.tcpNoDelay(true))
                        .routing(routing -> routing.register("/mcp", proxy))
                        .build()
                        .start();
    }

    String url() {
        return "http://127.0.0.1:" + web.port() + "/mcp";
    }

    McpTestClient client() {
        return new McpTestClient(url());
    }

    @Override
    public void close() {
        proxy.close();
        servers.close();
        web.stop();
    }
}
