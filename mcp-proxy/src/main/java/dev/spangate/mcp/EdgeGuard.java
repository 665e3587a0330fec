package dev.spangate.mcp;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps web pages out that reach a local listener by DNS rebinding (MCP, Streamable HTTP, security
/// warning): checks `Host` where the connection came in on loopback, and `Origin` everywhere.
final class EdgeGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final List<String> origins;
    private final List<String> hosts;

    EdgeGuard(McpConfig.Downstream config) {
        this.origins = config.allowedOrigins();
        this.hosts = config.allowedHosts();
    }

    /// What is wrong with the request, if anything: answer 403.
    Optional<String> objection(ServerRequest request) {
        var host = request.headers().first(HeaderNames.HOST).orElse("");
        if (!hostAllowed(host, local(request))) {
            return Optional.of(
                    "Host '"
                            + host
                            + "' is not allowed here; add it to mcp.downstream.allowed-hosts");
        }
        var origin = request.headers().first(HeaderNames.ORIGIN).orElse(null);
        if (origin != null && !originAllowed(origin, host)) {
            return Optional.of(
                    "Origin '"
                            + origin
                            + "' is not allowed; add it to mcp.downstream.allowed-origins");
        }
        return Optional.empty();
    }

    boolean hostAllowed(String host, boolean onLoopback) {
        var name = withoutPort(host);
        if (LOOPBACK.contains(name) || hosts.contains("*") || matches(hosts, host, name)) {
            return true;
        }
        return !onLoopback && hosts.isEmpty();
    }

    boolean originAllowed(String origin, String host) {
        if (origins.contains("*") || origins.contains(origin)) {
            return true;
        }
        var authority = authority(origin);
        return authority != null
                && (LOOPBACK.contains(withoutPort(authority)) || authority.equalsIgnoreCase(host));
    }

    private static boolean matches(List<String> allowed, String host, String name) {
        return allowed.stream()
                .anyMatch(each -> each.equalsIgnoreCase(host) || each.equalsIgnoreCase(name));
    }

    private static boolean local(ServerRequest request) {
        return request.localPeer().address() instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
    }

    private static @Nullable String authority(String origin) {
        try {
            var uri = URI.create(origin);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return web ? uri.getRawAuthority() : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']') && host.indexOf(':') == colon;
        boolean bracketPort = host.startsWith("[") && colon > host.indexOf(']');
        var name = port || bracketPort ? host.substring(0, colon) : host;
        return name.toLowerCase(Locale.ROOT);
    }
}
