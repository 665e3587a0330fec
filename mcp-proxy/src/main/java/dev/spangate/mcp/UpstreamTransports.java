package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import io.modelcontextprotocol.spec.McpClientTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes transports; owns what all servers share: the HTTP client and the timer.
final class UpstreamTransports implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration TOKEN = Duration.ofSeconds(10);

    private final Deadlines deadlines = new Deadlines();
    private final HttpClient http = HttpSender.newClient(CONNECT).build();
    private final PinnedHttp pinned =
            new PinnedHttp(http, tls -> HttpSender.newClient(CONNECT).sslParameters(tls).build());
    private final Function<String, AddressGuard> guards;

    /// @param guards which addresses a server may have, by its name
    UpstreamTransports(Function<String, AddressGuard> guards) {
        this.guards = guards;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /// What requests to the server carry to show who they are for.
    ServerCredentials credentials(ServerConfig config) {
        var endpoint =
                config.access()
                        .oauth()
                        .map(oauth -> new TokenEndpoint(oauth, tokenSender(config), deadlines));
        return new ServerCredentials(config.access(), endpoint.orElse(null));
    }

    /// A transport for one session with the server.
    ///
    /// @param credentials headers for what belongs to no call, asked anew each time
    McpClientTransport create(ServerConfig config, Supplier<Map<String, String>> credentials) {
        var limits = UpstreamLimits.of(config);
        return switch (config.transport()) {
            case ServerConfig.Transport.Http(var url, var headers) ->
                    new StreamableHttpTransport(
                            url, sender(config, headers, credentials), limits, deadlines);
            case ServerConfig.Transport.Sse(var url, var headers) ->
                    new LegacySseTransport(
                            url, sender(config, headers, credentials), limits, deadlines);
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
        pinned.close();
        http.shutdownNow();
    }

    private HttpSender sender(
            ServerConfig config,
            Map<String, Secret> headers,
            Supplier<Map<String, String>> credentials) {
        var revealed = new LinkedHashMap<String, String>();
        headers.forEach((name, value) -> revealed.put(name, value.reveal()));
        return new HttpSender(
                new HttpSender.Connections(http, pinned),
                revealed,
                credentials,
                guards.apply(config.name()),
                UpstreamLimits.of(config).firstByte());
    }

    /// The token server may be no other machine than the server itself may be.
    private HttpSender tokenSender(ServerConfig config) {
        return new HttpSender(
                new HttpSender.Connections(http, pinned),
                Map.of(),
                Map::of,
                guards.apply(config.name()),
                TOKEN);
    }

    private static String hostAndPort(URI url) {
        var port =
                url.getPort() >= 0
                        ? url.getPort()
                        : "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
        return url.getHost() + ":" + port;
    }
}
