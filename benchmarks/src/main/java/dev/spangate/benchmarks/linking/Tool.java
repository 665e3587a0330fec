package dev.spangate.benchmarks.linking;

import dev.spangate.linking.ExposedTool;
import java.util.ArrayList;
import java.util.List;

/// One tool of the simulated MCP servers, or a local tool of an agent (server is empty).
///
/// @param server the upstream server's configured name
/// @param name its own name, which `/mcp/{server}` shows
record Tool(String server, String name) {
    static final String SCHEMA =
            """
            {"type":"object","properties":{"target":{"type":"string"},"amount":{"type":"number"},\
            "units":{"type":"string","default":"metric"},"note":{"type":["string","null"]}},\
            "required":["target"]}\
            """;

    /// One server has a dot in a tool's name, two have a tool of the same name.
    static final List<Tool> SERVED =
            List.of(
                    new Tool("weather", "get_forecast"),
                    new Tool("files", "read.file"),
                    new Tool("db", "query"),
                    new Tool("docs", "search"),
                    new Tool("web", "search"),
                    new Tool("mail", "send_message"));

    static final List<Tool> LOCAL = List.of(new Tool("", "bash"), new Tool("", "edit_notes"));

    /// The sub-agent tool of an agent; its argument is the prompt.
    static final Tool TASK = new Tool("", "Task");

    boolean local() {
        return server.isEmpty();
    }

    /// The exposed name at an endpoint: prefixed at `/mcp`, bare at the server's own.
    String exposed(String endpoint) {
        return endpoint.equals("/mcp") ? server + "_" + name : name;
    }

    /// The endpoint that serves it: all servers at one, or one each.
    String endpoint(boolean perServer) {
        return perServer ? "/mcp/" + server : "/mcp";
    }

    static List<ExposedTool> shownAt(String endpoint) {
        var shown = new ArrayList<ExposedTool>();
        for (Tool tool : SERVED) {
            if (endpoint.equals("/mcp") || endpoint.equals("/mcp/" + tool.server)) {
                shown.add(new ExposedTool(tool.exposed(endpoint), tool.server, SCHEMA));
            }
        }
        return shown;
    }
}
