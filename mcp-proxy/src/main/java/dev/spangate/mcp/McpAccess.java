package dev.spangate.mcp;

import dev.spangate.proxy.Action;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Decision;
import dev.spangate.proxy.Policy;
import java.util.Map;

/// Keeps every caller to the servers and tools that its configuration names. Everything that is not
/// MCP passes, and so do callers that the configuration says nothing about.
///
/// Thread-safe; [#replace] counts from the next decision on.
public final class McpAccess implements Policy {
    private static final String RULE = "mcp_access";

    private volatile Map<String, CallerTools> byCaller;

    private McpAccess(Map<String, CallerTools> byCaller) {
        this.byCaller = Map.copyOf(byCaller);
    }

    /// @param byCaller what each caller may use, by the caller's name
    public static McpAccess of(Map<String, CallerTools> byCaller) {
        return new McpAccess(byCaller);
    }

    /// From now on these count, and no others.
    ///
    /// @return whether they differ from those that counted before
    public boolean replace(Map<String, CallerTools> changed) {
        boolean differ = !byCaller.equals(changed);
        byCaller = Map.copyOf(changed);
        return differ;
    }

    @Override
    public Decision decide(Caller caller, Action action) {
        var tools = byCaller.get(caller.name());
        boolean allowed =
                tools == null
                        || switch (action) {
                            case Action.SeeServer(var server) -> tools.sees(server);
                            case Action.SeeTool(var server, var tool) -> tools.sees(server, tool);
                            case Action.CallTool(var server, var tool) -> tools.sees(server, tool);
                            case Action.Infer _ -> true;
                        };
        return allowed
                ? new Decision.Allow()
                : new Decision.Deny(403, RULE, "This caller may not use that; see callers[].mcp");
    }
}
