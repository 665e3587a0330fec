package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Makes transports; owns what all servers share: the HTTP client and the timer.
final class UpstreamTransports implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final Deadlines deadlines = new Deadlines();
    private final HttpClient http = HttpSender.newClient(CONNECT);
    private final Function<String, AddressGuard> guards;

    /// @param guards which addresses a server may have, by its name
    UpstreamTransports(Function<String, AddressGuard> guards) {
        this.guards = guards;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// A transport for one session with the server.
    McpClientTransport create(ServerConfig config) {
        var limits = UpstreamLimits.of(config);
        return switch (config.transport()) {
            case ServerConfig.Transport.Http(var url, var headers) ->
                    new StreamableHttpTransport(
                            url, sender(config, headers, limits), limits, deadlines);
            case ServerConfig.Transport.Sse(var url, var headers) ->
                    new LegacySseTransport(url, sender(config, headers, limits), limits, deadlines);
            case ServerConfig.Transport.Stdio stdio ->
                    new StdioTransport(config.name(), stdio, limits);
        };
    }

    /// `host:port` for HTTP, the command's name for stdio.
    static String address(ServerConfig.Transport transport) {
        return switch (transport) {
            case ServerConfig.Transport.Http(var url, _) -> hostAndPort(url);
            case ServerConfig.Transport.Sse(var url, _) -> hostAndPort(url);
            case ServerConfig.Transport.Stdio stdio -> stdio.command();
        };
    }

    @Override
    public void close() {
        deadlines.close();
        http.shutdownNow();
    }

    private HttpSender sender(
            ServerConfig config, Map<String, Secret> headers, UpstreamLimits limits) {
        var revealed = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> revealed.put(name, value.reveal()));
        return new HttpSender(http, revealed, guards.apply(config.name()), limits.total());
    }

    private static String hostAndPort(URI url) {
        var port =
                url.getPort() >= 0
                        ? url.getPort()
                        : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
        return url.getHost() + ":" + port;
    }
}
