package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The MCP servers of another client's configuration in our shape.
///
/// Understood: `mcpServers` (Claude Desktop and Code, Cursor, Windsurf, Gemini CLI), `servers` (VS
/// Code), `mcp_servers` (Codex), `mcp` (OpenCode), also one level down (`projects`, `mcp.servers`).
///
/// @param servers name → an entry of `mcp.servers`
/// @param remarks what was left out or changed, one line each
record ImportedServers(Map<String, ObjectNode> servers, List<String> remarks) {
    private static final Set<String> TAKEN =
            Set.of("command", "args", "env", "cwd", "url", "headers", "type", "disabled");
    private static final Pattern ENV_REFERENCE = Pattern.compile("\\$\\{env:([A-Za-z_][\\w]*)}");
    private static final Pattern INPUT_REFERENCE = Pattern.compile("\\$\\{input:([^}]+)}");

    static ImportedServers read(JsonNode document) {
        var imported = new ImportedServers(new LinkedHashMap<>(), new ArrayList<>());
        for (var root : List.of("mcpServers", "servers", "mcp_servers")) {
            imported.addAll(document.path(root));
        }
        var openCode = document.path("mcp");
        if (openCode.has("servers")) {
            imported.addAll(openCode.path("servers")); // VS Code's settings.json
        } else {
            imported.addAll(openCode);
        }
        document.path("projects")
                .forEach(project -> imported.addAll(project.path("mcpServers"))); // Claude Code
        return imported;
    }

    private void addAll(JsonNode entries) {
        entries.properties()
                .forEach(entry -> {
                    if (entry.getValue().isObject()) {
                        add(entry.getKey(), entry.getValue());
                    }
                });
    }

    private void add(String name, JsonNode entry) {
        if (entry.path("disabled").asBoolean(false) || !entry.path("enabled").asBoolean(true)) {
            remarks.add(name + ": is disabled there and was left out");
            return;
        }
        var server = JsonNodeFactory.instance.objectNode();
        address(name, entry, server);
        if (!server.has("command") && !server.has("url")) {
            remarks.add(name + ": has neither a command nor a URL and was left out");
            return;
        }
        texts(name, entry, "env", "environment", server, "env");
        texts(name, entry, "headers", "http_headers", server, "headers");
        bearer(entry, server);
        tools(entry, server);
        unknown(name, entry);
        servers.put(name.replaceAll("[^A-Za-z0-9_.-]", "-"), server);
    }

    private void address(String name, JsonNode entry, ObjectNode server) {
        var command = entry.path("command");
        if (command.isArray() && !command.isEmpty()) { // OpenCode
            server.put("command", text(name, command.get(0)));
            var args = server.putArray("args");
            for (int i = 1; i < command.size(); i++) {
                args.add(text(name, command.get(i)));
            }
        } else if (command.isString()) {
            server.put("command", text(name, command));
        }
        if (entry.path("args").isArray() && !entry.path("args").isEmpty()) {
            var args = server.putArray("args");
            entry.path("args").forEach(arg -> args.add(text(name, arg)));
        }
        if (entry.path("cwd").isString()) {
            server.put("cwd", text(name, entry.path("cwd")));
        }
        for (var key : List.of("url", "serverUrl", "httpUrl")) {
            if (entry.path(key).isString() && !server.has("command")) {
                server.put("url", text(name, entry.path(key)));
            }
        }
        if (entry.path("type").asString("").toLowerCase(Locale.ROOT).equals("sse")) {
            server.put("type", "sse");
        }
    }

    private void texts(
            String name,
            JsonNode entry,
            String key,
            String otherKey,
            ObjectNode server,
            String target) {
        var found = entry.has(key) ? entry.path(key) : entry.path(otherKey);
        if (found.isObject() && !found.isEmpty()) {
            var copy = server.putObject(target);
            found.properties()
                    .forEach(each -> copy.put(each.getKey(), text(name, each.getValue())));
        }
    }

    /// Codex: the name of the variable that holds a bearer token.
    private static void bearer(JsonNode entry, ObjectNode server) {
        var variable = entry.path("bearer_token_env_var");
        if (variable.isString()) {
            var headers =
                    server.get("headers") instanceof ObjectNode present
                            ? present
                            : server.putObject("headers");
            headers.put("Authorization", "Bearer ${" + variable.asString() + "}");
        }
    }

    /// Gemini CLI and gateways after it: which tools are shown.
    private static void tools(JsonNode entry, ObjectNode server) {
        for (var pair : Map.of("includeTools", "allow", "excludeTools", "deny").entrySet()) {
            if (entry.path(pair.getKey()).isArray()) {
                var tools =
                        server.get("tools") instanceof ObjectNode present
                                ? present
                                : server.putObject("tools");
                tools.set(pair.getValue(), entry.path(pair.getKey()));
            }
        }
    }

    private void unknown(String name, JsonNode entry) {
        var known =
                Set.of(
                        "serverUrl",
                        "httpUrl",
                        "environment",
                        "http_headers",
                        "bearer_token_env_var",
                        "includeTools",
                        "excludeTools",
                        "enabled");
        for (var key : entry.propertyNames()) {
            if (!TAKEN.contains(key) && !known.contains(key)) {
                remarks.add(name + ": `" + key + "` has no meaning here and was left out");
            }
        }
    }

    /// A value with the client's own placeholders turned into variables of the environment.
    private String text(String name, JsonNode value) {
        var text = ENV_REFERENCE.matcher(value.asString("")).replaceAll("\\${$1}");
        text =
                INPUT_REFERENCE
                        .matcher(text)
                        .replaceAll(found -> {
                            var variable = variable(found.group(1));
                            remarks.add(
                                    "%s: the prompt `%s` became the variable %s"
                                            .formatted(name, found.group(1), variable));
                            return "\\${" + variable + "}";
                        });
        if (text.contains("${workspaceFolder}")) {
            remarks.add(name + ": ${workspaceFolder} became the folder the gateway starts in");
            text = text.replace("${workspaceFolder}", ".");
        }
        return text;
    }

    private static String variable(String input) {
        return input.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_");
    }
}
