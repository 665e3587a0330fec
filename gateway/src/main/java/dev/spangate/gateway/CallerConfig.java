package dev.spangate.gateway;

import dev.spangate.linking.Capture;
import dev.spangate.linking.TraceMode;
import dev.spangate.mcp.CallerTools;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `callers:`, who may come, what they may use and how their traces look.
///
/// @param keys every caller with its key
/// @param tools what of MCP each may use, by name
record CallerConfig(Map<Caller, Secret> keys, Map<String, CallerTools> tools) {
    private static final int SHORTEST_KEY = 16;

    CallerConfig {
        keys = Map.copyOf(keys);
        tools = Map.copyOf(tools);
    }

    /// Reads the list below `callers` of the whole configuration; none is one anonymous caller.
    static CallerConfig from(Settings root) {
        var callers = new LinkedHashMap<Caller, Secret>();
        var tools = new LinkedHashMap<String, CallerTools>();
        var names = new HashSet<String>();
        var keys = new HashSet<String>();
        for (var settings : root.list("callers")) {
            var name = settings.require("name");
            var key = key(settings);
            if (!names.add(name)) {
                throw settings.problem("name", "'" + name + "' stands twice");
            }
            if (!keys.add(key)) {
                throw settings.problem("key", "is another caller's key, too");
            }
            callers.put(caller(name, settings), Secret.of(key));
            tools.put(name, CallerTools.from(settings.child("mcp")));
            settings.end();
        }
        return new CallerConfig(callers, tools);
    }

    private static String key(Settings settings) {
        var key = settings.require("key");
        if (!key.startsWith("sgk_") || key.length() < SHORTEST_KEY) {
            throw settings.problem(
                    "key",
                    "must start with sgk_ and have at least 16 characters; make one with:"
                            + " echo sgk_$(openssl rand -hex 24)");
        }
        return key;
    }

    private static Caller caller(String name, Settings settings) {
        return new Caller(
                name,
                settings.text("link-scope").orElse(name),
                false,
                settings.oneOf("trace", TraceMode.class, TraceMode.JOIN),
                settings.oneOf("capture", Capture.class, Capture.FULL),
                List.copyOf(settings.texts("tags")));
    }
}
