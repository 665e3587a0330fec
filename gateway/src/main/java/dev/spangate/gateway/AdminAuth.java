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
import java.util.Optional;

/// Lets operators in: a token where one is configured, and JSON bodies alone, which no web page can
/// send across origins unasked. Health is open: probes carry no token.
final class AdminAuth implements Filter {
    private final Optional<Secret> token;

    AdminAuth(Optional<Secret> token) {
        this.token = token;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        var path = request.prologue().uriPath().path();
        if (path.equals("/health") || path.startsWith("/health/")) {
            chain.proceed();
        } else if (token.isPresent() && !matches(token.get(), request)) {
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
