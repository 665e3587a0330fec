package dev.spangate.gateway;

import dev.spangate.linking.TraceMode;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Capture;
import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `callers:`, who may come and how their traces look.
final class CallerConfig {
    private static final int SHORTEST_KEY = 16;

    private CallerConfig() {}

    /// Reads the list below `callers` of the whole configuration; none is one anonymous caller.
    static Map<Caller, Secret> from(Settings root) {
        var callers = new LinkedHashMap<Caller, Secret>();
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
            settings.end();
        }
        return callers;
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
