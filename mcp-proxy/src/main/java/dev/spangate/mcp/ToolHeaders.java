package dev.spangate.mcp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ArrayNode;

/// What a modern HTTP server's lists said of its tools' headers: mirrors arguments of calls, and
/// takes tools with invalid declarations out of the lists, as a client must.
final class ToolHeaders {
    private static final Logger LOG = System.getLogger(ToolHeaders.class.getName());
    private static final int MAX_TOOLS = 100_000;

    private final String server;
    private final ConcurrentHashMap<String, MirroredArguments> byTool = new ConcurrentHashMap<>();

    ToolHeaders(String server) {
        this.server = server;
    }

    /// The headers that a call needs beside the usual ones.
    Map<String, String> of(UpstreamCall call) {
        var name = call.method().equals("tools/call") ? Json.string(call.params(), "name") : null;
        var mirrored = name == null ? null : byTool.get(name);
        return mirrored == null ? Map.of() : mirrored.headers(call.params().path("arguments"));
    }

    /// Learns from a list, and removes from it what is invalid.
    void read(UpstreamCall call, UpstreamReply reply) {
        if (call.method().equals("tools/list")
                && reply instanceof UpstreamReply.Result(var result)
                && result.get("tools") instanceof ArrayNode tools) {
            for (var each = tools.iterator(); each.hasNext(); ) {
                var tool = each.next();
                var name = tool.path("name").asString("");
                var mirrored = MirroredArguments.of(tool.path("inputSchema"));
                if (mirrored.fault() != null) {
                    LOG.log(
                            Level.WARNING,
                            "tool {0} of MCP server {1} is left out: {2}",
                            name,
                            server,
                            mirrored.fault());
                    each.remove();
                } else {
                    remember(name, mirrored);
                }
            }
        }
    }

    private void remember(String name, MirroredArguments mirrored) {
        if (mirrored.declared().isEmpty()) {
            byTool.remove(name);
        } else if (byTool.size() < MAX_TOOLS) {
            byTool.put(name, mirrored);
        }
    }
}
