package dev.spangate.gateway;

import java.lang.System.Logger.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `mcpServers:` in our own file: entries as Claude, Cursor and VS Code have them, which become
/// entries of `mcp.servers` before anything else looks at the configuration.
final class PastedServers {
    private static final System.Logger LOG = System.getLogger("spangate.config");
    private static final String KEY = "mcpServers";

    private PastedServers() {}

    /// The configuration with pasted entries in their place, behind the others; the same object
    /// where there are none.
    ///
    /// @throws ConfigException a name stands under `mcp.servers`, too; nothing could be taken over
    static JsonNode merged(JsonNode root) {
        if (!(root instanceof ObjectNode object) || !object.has(KEY)) {
            return root;
        }
        if (!object.get(KEY).isObject()) {
            throw new ConfigException(KEY + ": must be a mapping of names to servers");
        }
        var document = JsonNodeFactory.instance.objectNode();
        document.set(KEY, object.get(KEY));
        var pasted = ImportedServers.read(document);
        pasted.remarks().forEach(remark -> LOG.log(Level.WARNING, KEY + ": {0}", remark));
        var merged = object.deepCopy();
        merged.remove(KEY);
        if (!pasted.servers().isEmpty()) {
            var servers = mapping(mapping(merged, "mcp", "mcp"), "servers", "mcp.servers");
            pasted.servers().forEach((name, server) -> add(servers, name, server));
        }
        return merged;
    }

    private static void add(ObjectNode servers, String name, ObjectNode server) {
        if (servers.has(name)) {
            throw new ConfigException(
                    "%s.%s: stands under mcp.servers, too; keep one".formatted(KEY, name));
        }
        servers.set(name, server);
    }

    private static ObjectNode mapping(ObjectNode parent, String key, String path) {
        var found = parent.get(key);
        if (found == null || found.isNull()) {
            return parent.putObject(key);
        }
        if (found instanceof ObjectNode object) {
            return object;
        }
        throw new ConfigException(path + ": must be a mapping of keys to values");
    }
}
