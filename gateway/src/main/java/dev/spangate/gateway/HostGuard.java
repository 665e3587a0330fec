package dev.spangate.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Refuses what a web page makes a browser send: a foreign `Origin`, and a `Host` that is not ours
/// (DNS rebinding; MCP 2025-11-25, transports, "Security Warning").
///
/// On loopback only loopback names and the configured hosts are ours; elsewhere any host is, unless
/// hosts are configured. An `Origin` must be one of ours or stand in `allowed-origins`.
final class HostGuard implements Filter {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private final String section;
    private final boolean loopback;
    private final List<String> hosts;
    private final List<String> origins;

    HostGuard(String section, boolean loopback, List<String> hosts, List<String> origins) {
        this.section = section;
        this.loopback = loopback;
        this.hosts = hosts.stream().map(HostGuard::lower).toList();
        this.origins = origins.stream().map(HostGuard::lower).toList();
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        var host = nameOf(request.authority());
        if (!isOurs(host)) {
            refuse(
                    request,
                    response,
                    "host_not_allowed",
                    "This Host is not served here; add it to " + section + ".allowed-hosts");
            return;
        }
        var origin = request.headers().first(HeaderNames.ORIGIN).map(HostGuard::lower);
        if (origin.isPresent() && !allows(origin.get(), lower(request.authority()))) {
            refuse(
                    request,
                    response,
                    "origin_not_allowed",
                    "This Origin may not call; add it to " + section + ".allowed-origins");
            return;
        }
        chain.proceed();
    }

    private boolean isOurs(String host) {
        if (hosts.contains(host)) {
            return true;
        }
        return loopback ? LOOPBACK.contains(host) : hosts.isEmpty();
    }

    private boolean allows(String origin, String authority) {
        if (origins.contains(origin) || origins.contains("*")) {
            return true;
        }
        try {
            var uri = new URI(origin);
            var name = uri.getHost();
            boolean same = authority.equals(uri.getRawAuthority());
            return same || (loopback && name != null && LOOPBACK.contains(name));
        } catch (URISyntaxException _) {
            return false;
        }
    }

    private static void refuse(
            RoutingRequest request, RoutingResponse response, String code, String message) {
        response.status(Status.FORBIDDEN_403)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(
                        ErrorBody.of(
                                request.prologue().uriPath().path(),
                                Status.FORBIDDEN_403,
                                code,
                                message));
    }

    private static String nameOf(String authority) {
        return lower(authority.replaceFirst(":\\d+$", ""));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
