package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/// Connects to an address that was checked instead of asking DNS once more: between two answers of
/// a name server an address may change (DNS rebinding).
///
/// The request goes to the address, with the name in `Host`, in TLS's SNI and for the certificate.
final class PinnedHttp implements AutoCloseable {
    private static final int MAX_NAMES = 64;

    private final HttpClient plain;
    private final Function<SSLParameters, HttpClient> clients;
    private final Cache<String, HttpClient> byName =
            Caffeine.newBuilder()
                    .maximumSize(MAX_NAMES)
                    .<String, HttpClient>removalListener((_, client, _) -> {
                        if (client != null) {
                            client.shutdown(); // what runs may end
                        }
                    })
                    .build();

    /// @param plain for names that TLS does not need
    /// @param clients makes a client with these parameters of TLS
    PinnedHttp(HttpClient plain, Function<SSLParameters, HttpClient> clients) {
        this.plain = plain;
        this.clients = clients;
    }

    /// Lets the gateway set `Host` itself. Counts only before the first HTTP client of the process
    /// is made; without it, guarded servers cannot be reached.
    static void allowHostHeader() {
        var key = "jdk.httpclient.allowRestrictedHeaders";
        var given = System.getProperty(key, "");
        if (!List.of(given.split(",")).contains("host")) {
            System.setProperty(key, given.isEmpty() ? "host" : given + ",host");
        }
    }

    /// The client for requests to this address.
    HttpClient client(URI address) {
        var host = address.getHost();
        if (!address.getScheme().equalsIgnoreCase("https") || isLiteral(host)) {
            return plain;
        }
        return byName.get(
                host,
                name -> {
                    var tls = new SSLParameters();
                    tls.setServerNames(List.of(new SNIHostName(name)));
                    return clients.apply(tls);
                });
    }

    /// The same address with a checked one in the place of its name.
    static URI at(URI address, InetAddress pinned) {
        var literal = pinned.getHostAddress();
        int zone = literal.indexOf('%');
        var host = zone < 0 ? literal : literal.substring(0, zone);
        try {
            var authority =
                    (host.contains(":") ? "[" + host + "]" : host)
                            + (address.getPort() < 0 ? "" : ":" + address.getPort());
            var rest = address.getRawPath() == null ? "" : address.getRawPath();
            var query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
            return new URI(address.getScheme() + "://" + authority + rest + query);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("no address for a pinned connection", e);
        }
    }

    /// What stands in `Host`.
    static String host(URI address) {
        return address.getPort() < 0
                ? address.getHost()
                : address.getHost() + ":" + address.getPort();
    }

    private static boolean isLiteral(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+");
    }

    @Override
    public void close() {
        byName.asMap().values().forEach(HttpClient::shutdownNow);
        byName.invalidateAll();
    }
}
