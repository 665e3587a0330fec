package dev.spangate.mcp;

import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Identity;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What an HTTP request must pass before anything looks into it: origin, credential, path, size.
final class Doors {
    private static final Header POST_ONLY = HeaderValues.createCached(HeaderNames.ALLOW, "POST");

    private final Authentication authentication;
    private final ProtectedResource resource;
    private final Access access;
    private final Endpoints endpoints;
    private final Supplier<McpConfig> config;

    Doors(
            Authentication authentication,
            ProtectedResource resource,
            Access access,
            Endpoints endpoints,
            Supplier<McpConfig> config) {
        this.authentication = authentication;
        this.resource = resource;
        this.access = access;
        this.endpoints = endpoints;
        this.config = config;
    }

    McpConfig.Downstream config() {
        return config.get().downstream();
    }

    /// Lets a request in.
    ///
    /// @param endpoint the name below `/mcp/`, or null
    /// @throws RpcFault 403, 401 or 404
    Arrival admit(@Nullable String endpoint, ServerRequest request, ServerResponse response) {
        new EdgeGuard(config())
                .objection(request)
                .ifPresent(objection -> {
                    throw new RpcFault(403, JsonRpc.INVALID_REQUEST, objection, null);
                });
        var caller = caller(endpoint == null ? "/mcp" : "/mcp/" + endpoint, request, response);
        var found =
                endpoint == null
                        ? Endpoint.all()
                        : endpoints.find(endpoint).orElseThrow(() -> unknown(endpoint));
        var seen = found.seenBy(server -> access.sees(caller, server));
        if (seen.server() != null && !seen.shows(seen.server())) {
            throw unknown(String.valueOf(endpoint)); // the same words: it does not exist for them
        }
        return new Arrival(caller, seen, request, response);
    }

    /// Reads the body.
    ///
    /// @throws RpcFault 413, 415, or no JSON
    JsonNode body(ServerRequest request) {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("application/json");
        if (!type.startsWith("application/json")) {
            throw new RpcFault(
                    415, JsonRpc.INVALID_REQUEST, "Content-Type must be application/json", null);
        }
        int limit = (int) Math.min(config().maxBody(), Integer.MAX_VALUE - 9);
        try {
            var bytes = request.content().inputStream().readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new RpcFault(
                        413,
                        JsonRpc.INVALID_REQUEST,
                        "The body is over mcp.downstream.max-body (" + limit + " bytes)",
                        null);
            }
            return Json.parseStrict(bytes);
        } catch (JacksonException e) {
            throw RpcFault.parseError("Parse error: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RpcFault notAllowed(ServerResponse response) {
        response.header(POST_ONLY);
        return new RpcFault(405, JsonRpc.INVALID_REQUEST, "Method not allowed; use POST", null);
    }

    private static RpcFault unknown(String endpoint) {
        return new RpcFault(
                404,
                JsonRpc.INVALID_REQUEST,
                "No MCP server is registered as '" + endpoint + "'",
                null);
    }

    private Caller caller(String path, ServerRequest request, ServerResponse response) {
        return switch (authentication.identify(request.headers(), resource.audiences(path))) {
            case Identity.Known(var caller) -> caller;
            case Identity.Missing _ -> {
                response.header(HeaderNames.WWW_AUTHENTICATE, resource.challenge(path, null));
                throw new RpcFault(
                        401,
                        JsonRpc.INVALID_REQUEST,
                        "Unauthorized: send a Spangate key in x-spangate-key or Authorization",
                        null);
            }
            case Identity.Refused refused -> {
                response.header(HeaderNames.WWW_AUTHENTICATE, resource.challenge(path, refused));
                throw new RpcFault(
                        refused.tooLittle() ? 403 : 401,
                        JsonRpc.INVALID_REQUEST,
                        "Unauthorized: " + refused.description(),
                        null);
            }
        };
    }
}
