package dev.spangate.mcp;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A call's params and headers as they go to one server: our progress token, the era's `_meta`
/// keys, the routing headers.
///
/// The caller's own tree is left as it is, so that the call can be repeated in another session.
record OutgoingCall(
        ObjectNode params, @Nullable JsonNode progressToken, Map<String, String> headers) {
    private static final String PREFIX = "io.modelcontextprotocol/";
    private static final String TOKEN = "progressToken";

    /// Which member of the params a modern server wants in `Mcp-Name`.
    private static final Map<String, String> NAMED_BY =
            Map.of(
                    "tools/call", "name",
                    "prompts/get", "name",
                    "resources/read", "uri",
                    "tasks/get", "taskId",
                    "tasks/update", "taskId",
                    "tasks/cancel", "taskId");

    private static final List<String> MODERN_KEYS =
            List.of("protocolVersion", "clientCapabilities", "clientInfo", "logLevel");

    /// @param id becomes the progress token where the caller asked for progress
    static OutgoingCall of(UpstreamCall call, Revision revision, long id) {
        var params = call.params();
        var given = Json.child(params, "_meta");
        var meta = given == null ? Json.object() : given.deepCopy();
        var token = meta.get(TOKEN);
        if (token != null) {
            meta.put(TOKEN, id);
        }
        if (revision.era() == Era.MODERN) {
            describeClient(meta, call.client());
        } else {
            MODERN_KEYS.forEach(key -> meta.remove(PREFIX + key));
        }
        var outgoing = Json.object();
        params.forEachEntry(outgoing::set);
        if (!meta.isEmpty() || given != null) {
            outgoing.set("_meta", meta);
        }
        return new OutgoingCall(outgoing, token, headers(call, revision));
    }

    /// With headers that the tool wants, which win over the caller's.
    OutgoingCall with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        var all = new HashMap<>(headers);
        all.putAll(more);
        return new OutgoingCall(params, progressToken, all);
    }

    private static void describeClient(ObjectNode meta, ClientProfile client) {
        meta.put(PREFIX + "protocolVersion", Revision.V2026_07_28.wire());
        if (!meta.has(PREFIX + "clientCapabilities")) {
            meta.set(PREFIX + "clientCapabilities", client.capabilities().deepCopy());
        }
        if (!meta.has(PREFIX + "clientInfo") && !client.info().isEmpty()) {
            meta.set(PREFIX + "clientInfo", client.info().deepCopy());
        }
    }

    /// The headers of one message; ours win over the caller's.
    static Map<String, String> headers(UpstreamCall call, Revision revision) {
        var headers = new HashMap<>(call.headers());
        if (!call.method().equals("initialize")) { // there it is still open
            headers.put("MCP-Protocol-Version", revision.wire());
        }
        if (revision.era() == Era.MODERN) {
            headers.put("Mcp-Method", call.method());
            var key = NAMED_BY.get(call.method());
            var name = key == null ? null : Json.string(call.params(), key);
            if (name != null) {
                headers.put("Mcp-Name", headerValue(name));
            }
        }
        return headers;
    }

    /// As it is where a header can hold it, else in the Base64 form of the specification.
    static String headerValue(String text) {
        var plain =
                !text.isEmpty()
                        && text.equals(text.strip())
                        && !text.startsWith("=?base64?")
                        && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        return plain
                ? text
                : "=?base64?"
                        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                        + "?=";
    }
}
