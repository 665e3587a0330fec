package dev.spangate.mcp;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a message of 2026-07-28 must carry (basic, `_meta`; Streamable HTTP, standard headers).
final class ModernRules {
    static final String VERSION_KEY = "io.modelcontextprotocol/protocolVersion";
    static final String CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities";
    static final String CLIENT_KEY = "io.modelcontextprotocol/clientInfo";
    static final String SERVER_KEY = "io.modelcontextprotocol/serverInfo";
    static final String LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel";
    static final HeaderName VERSION_HEADER = HeaderNames.create("MCP-Protocol-Version");
    private static final HeaderName METHOD_HEADER = HeaderNames.create("Mcp-Method");
    private static final HeaderName NAME_HEADER = HeaderNames.create("Mcp-Name");
    private static final Map<String, String> NAMED =
            Map.of(
                    "tools/call", "name",
                    "prompts/get", "name",
                    "resources/read", "uri",
                    "tasks/get", "taskId",
                    "tasks/update", "taskId",
                    "tasks/cancel", "taskId");
    private static final String SENTINEL_START = "=?base64?";
    private static final String SENTINEL_END = "?=";

    private ModernRules() {}

    /// Whether a message speaks the stateless era: its `_meta` says so, or its header does. The
    /// body decides before the header; `initialize` without such `_meta` is always legacy.
    static boolean speaks(String method, @Nullable ObjectNode meta, Headers headers) {
        if (meta != null && meta.has(VERSION_KEY)) {
            return true;
        }
        if (method.equals("initialize")) {
            return false;
        }
        return method.equals("server/discover")
                || header(headers, VERSION_HEADER).filter(ModernRules::isModern).isPresent();
    }

    static boolean isModern(String version) {
        return Revision.of(version).map(Revision::era).orElse(Era.LEGACY) == Era.MODERN;
    }

    /// Checks a request and says who the client is.
    ///
    /// @throws RpcFault with the code and status that the specification asks for
    static ClientProfile check(ClientMessage.Request request, Headers headers) {
        var meta = request.meta();
        var version = Json.string(meta, VERSION_KEY);
        var capabilities = Json.child(meta, CAPABILITIES_KEY);
        if (meta == null || version == null || capabilities == null) {
            throw missing(
                    meta == null ? "_meta" : version == null ? VERSION_KEY : CAPABILITIES_KEY);
        }
        var versionHeader = header(headers, VERSION_HEADER).orElse(null);
        require("MCP-Protocol-Version", versionHeader, version);
        var revision = Revision.of(version).filter(known -> known.era() == Era.MODERN);
        if (revision.isEmpty()) {
            throw unsupported(version);
        }
        require("Mcp-Method", header(headers, METHOD_HEADER).orElse(null), request.method());
        checkName(request, headers);
        var info = Json.child(meta, CLIENT_KEY);
        return new ClientProfile(revision.get(), info == null ? Json.object() : info, capabilities);
    }

    /// Checks a notification: nothing is required, but what is there must agree.
    static void check(ClientMessage.Notification notification, Headers headers) {
        var version = Json.string(Json.child(notification.params(), "_meta"), VERSION_KEY);
        var header = header(headers, VERSION_HEADER).orElse(null);
        if (version != null && header != null) {
            require("MCP-Protocol-Version", header, version);
        }
        var named = version != null ? version : header;
        if (named != null && !isModern(named)) {
            throw unsupported(named);
        }
        var method = header(headers, METHOD_HEADER).orElse(null);
        if (method != null) {
            require("Mcp-Method", method, notification.method());
        }
    }

    static RpcFault unsupported(String requested) {
        var data = Json.object();
        var supported = data.putArray("supported");
        Revision.served().forEach(revision -> supported.add(revision.wire()));
        data.put("requested", requested);
        return new RpcFault(400, JsonRpc.UNSUPPORTED_VERSION, "Unsupported protocol version", data);
    }

    private static void checkName(ClientMessage.Request request, Headers headers) {
        var field = NAMED.get(request.method());
        var value = field == null ? null : Json.string(request.params(), field);
        if (value == null) {
            return;
        }
        var raw = header(headers, NAME_HEADER).orElse(null);
        require("Mcp-Name", raw == null ? null : decoded("Mcp-Name", raw), value);
    }

    /// Decodes the sentinel form of values that no header can hold as they are; what only begins or
    /// ends like it is meant literally.
    ///
    /// @throws RpcFault it is no Base64 as it is written by the rules, padding included
    static String decoded(String header, String raw) {
        if (!raw.startsWith(SENTINEL_START)
                || !raw.endsWith(SENTINEL_END)
                || raw.length() < SENTINEL_START.length() + SENTINEL_END.length()) {
            return raw;
        }
        var text = raw.substring(SENTINEL_START.length(), raw.length() - SENTINEL_END.length());
        try {
            var bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw mismatch(header, "is no valid Base64 between =?base64? and ?=");
    }

    private static void require(String header, @Nullable String actual, String expected) {
        if (actual == null) {
            throw mismatch(header, "is missing; the body says '" + shown(expected) + "'");
        }
        if (!actual.equals(expected)) {
            throw mismatch(
                    header,
                    "says '" + shown(actual) + "', the body says '" + shown(expected) + "'");
        }
    }

    static String shown(String value) {
        return value.length() <= 100 ? value : value.substring(0, 100) + "…";
    }

    static RpcFault mismatch(String header, String problem) {
        return new RpcFault(400, JsonRpc.HEADER_MISMATCH, "Header " + header + " " + problem, null);
    }

    private static RpcFault missing(String key) {
        return new RpcFault(
                400,
                JsonRpc.INVALID_PARAMS,
                "Missing or malformed in `params._meta`: " + key,
                null);
    }

    static Optional<String> header(Headers headers, HeaderName name) {
        return headers.first(name).map(String::strip);
    }
}
