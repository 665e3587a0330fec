package dev.spangate.mcp;

import dev.spangate.proxy.Identity;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The MCP side as a protected resource of OAuth: tells clients which authorization servers give
/// tokens for it (RFC 9728), and what is wrong with the one they sent (RFC 6750).
///
/// Register it below [#PATH]. Answers 404 as long as `mcp.authorization` names no server: a client
/// that finds nothing there falls back to the key that its user gave it.
public final class ProtectedResource implements HttpService {
    /// Where clients look for it (RFC 9728, 3.1).
    public static final String PATH = "/.well-known/oauth-protected-resource";

    private static final Header JSON_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header CACHE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "max-age=300");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    private final Supplier<McpConfig.Authorization> config;

    ProtectedResource(Supplier<McpConfig.Authorization> config) {
        this.config = config;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", (_, response) -> answer("/mcp", response))
                .get("/mcp", (_, response) -> answer("/mcp", response))
                .get("/mcp/{name}", this::one);
    }

    /// The same for any name: whether a server exists is no stranger's business.
    private void one(ServerRequest request, ServerResponse response) {
        var name = request.path().pathParameters().get("name");
        if (NAME.matcher(name).matches()) {
            answer("/mcp/" + name, response);
        } else {
            response.status(Status.NOT_FOUND_404).send();
        }
    }

    private void answer(String path, ServerResponse response) {
        var now = config.get();
        if (now.servers().isEmpty()) {
            response.status(Status.NOT_FOUND_404).header(JSON_TYPE);
            response.send("{\"error\":\"mcp.authorization names no servers\"}");
            return;
        }
        var document = Json.object();
        document.put("resource", now.resource(path));
        now.servers().forEach(document.putArray("authorization_servers")::add);
        if (!now.scopes().isEmpty()) {
            now.scopes().forEach(document.putArray("scopes_supported")::add);
        }
        document.putArray("bearer_methods_supported").add("header");
        response.status(Status.OK_200).header(JSON_TYPE).header(CACHE);
        response.send(Json.bytes(document));
    }

    /// Whom a token must be meant for to be let in at a path: the path itself, all of MCP, and what
    /// is configured; empty where nothing is.
    Set<String> audiences(String path) {
        var now = config.get();
        var audiences = new LinkedHashSet<>(now.audiences());
        if (!now.servers().isEmpty()) {
            audiences.add(now.resource(path));
            audiences.add(now.resource("/mcp"));
        }
        return audiences;
    }

    /// `WWW-Authenticate` for a request to this path that is not let in.
    ///
    /// @param refused what is wrong with its token; null where it had none
    String challenge(String path, Identity.@Nullable Refused refused) {
        var now = config.get();
        var fields = new ArrayList<String>();
        if (refused != null) {
            fields.add("error=" + quoted(refused.error()));
            fields.add("error_description=" + quoted(refused.description()));
        }
        List<String> scopes =
                refused != null && !refused.scopes().isEmpty() ? refused.scopes() : now.scopes();
        if (!scopes.isEmpty()) {
            fields.add("scope=" + quoted(String.join(" ", scopes)));
        }
        if (!now.servers().isEmpty()) {
            var known =
                    path.equals("/mcp") || NAME.matcher(path.substring("/mcp/".length())).matches();
            fields.add("resource_metadata=" + quoted(now.resource(PATH + (known ? path : "/mcp"))));
        }
        return fields.isEmpty() ? "Bearer" : "Bearer " + String.join(", ", fields);
    }

    private static String quoted(String text) {
        var out = new StringBuilder("\"");
        text.codePoints()
                .limit(300)
                .forEach(c ->
                        out.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? ' ' : (char) c));
        return out.append('"').toString();
    }
}
