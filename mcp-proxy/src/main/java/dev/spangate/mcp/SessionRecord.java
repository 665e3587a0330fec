package dev.spangate.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What another gateway must know of a legacy session to go on with it: to whom it is bound and
/// what its client said of itself. Sessions with servers are opened anew where they are needed.
///
/// @param caller the credential it is bound to
/// @param path the path it is bound to
/// @param client what the client said in `initialize`
record SessionRecord(String caller, String path, ClientProfile client) {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    String text() {
        var json = Json.object();
        json.put("caller", caller);
        json.put("path", path);
        json.put("revision", client.revision().wire());
        json.set("info", client.info());
        json.set("capabilities", client.capabilities());
        return json.toString();
    }

    /// Null for what is no such record.
    static @Nullable SessionRecord of(String text) {
        try {
            if (!(MAPPER.readTree(text) instanceof ObjectNode json)) {
                return null;
            }
            var caller = Json.string(json, "caller");
            var path = Json.string(json, "path");
            var name = Json.string(json, "revision");
            var revision = name == null ? null : Revision.of(name).orElse(null);
            var info = Json.child(json, "info");
            var capabilities = Json.child(json, "capabilities");
            return caller == null
                            || path == null
                            || revision == null
                            || info == null
                            || capabilities == null
                    ? null
                    : new SessionRecord(
                            caller, path, new ClientProfile(revision, info, capabilities));
        } catch (JacksonException notOurs) {
            return null;
        }
    }
}
