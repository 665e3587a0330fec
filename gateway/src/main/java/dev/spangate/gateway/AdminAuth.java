package dev.spangate.gateway;

import dev.spangate.proxy.Secret;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/// Guards `/api`: a token where one is configured, this machine alone where none is, and JSON
/// bodies alone, which no web page can send across origins unasked. Health and metrics are open:
/// probes and scrapers carry no token, and nothing secret is in them.
final class AdminAuth implements Filter {
    private final AdminConfig config;

    AdminAuth(AdminConfig config) {
        this.config = config;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        var path = request.prologue().uriPath().path();
        if (!path.equals("/api") && !path.startsWith("/api/")) {
            chain.proceed();
        } else if (config.token().isEmpty() && !config.loopback()) {
            refuse(
                    response,
                    Status.FORBIDDEN_403,
                    "this listener is reachable from other machines: set admin.token");
        } else if (config.token().isPresent() && !matches(config.token().get(), request)) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"spangate admin\"");
            refuse(response, Status.UNAUTHORIZED_401, "send the value of admin.token as Bearer");
        } else if (changes(request) && !isJson(request)) {
            refuse(
                    response,
                    Status.UNSUPPORTED_MEDIA_TYPE_415,
                    "changes are sent with Content-Type: application/json");
        } else {
            chain.proceed();
        }
    }

    private static boolean matches(Secret token, RoutingRequest request) {
        return request.headers()
                .first(HeaderNames.AUTHORIZATION)
                .map(value -> value.replaceFirst("^(?i:bearer) +", ""))
                .filter(token::matches)
                .isPresent();
    }

    private static boolean changes(RoutingRequest request) {
        var method = request.prologue().method();
        return !method.equals(Method.GET) && !method.equals(Method.HEAD);
    }

    private static boolean isJson(RoutingRequest request) {
        return request.headers()
                .contentType()
                .filter(type -> type.mediaType().text().equals("application/json"))
                .isPresent();
    }

    private static void refuse(RoutingResponse response, Status status, String message) {
        response.status(status)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(ErrorBody.of("/api", status, "admin", message));
    }
}
