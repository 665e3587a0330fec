package dev.spangate.gateway;

import dev.spangate.linking.Capture;
import dev.spangate.proxy.Caller;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// How much each caller lets be recorded (`callers[].capture`), by name. Thread-safe; a caller that
/// a later configuration drops keeps what it had: spans of it may still be on their way.
final class CallerCaptures {
    private final Map<String, Capture> byName = new ConcurrentHashMap<>();

    void add(Collection<Caller> callers) {
        for (var caller : callers) {
            byName.put(caller.name(), caller.capture());
        }
    }

    Capture of(String name) {
        return byName.getOrDefault(name, Capture.FULL);
    }
}
