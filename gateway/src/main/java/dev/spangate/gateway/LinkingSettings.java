package dev.spangate.gateway;

import dev.spangate.linking.LinkingConfig;
import dev.spangate.proxy.Settings;

/// Reads `linking:`; the linker itself knows no YAML.
final class LinkingSettings {
    private LinkingSettings() {}

    static LinkingConfig from(Settings settings) {
        var defaults = LinkingConfig.defaults();
        var keys = settings.texts("call-id-keys");
        var config =
                new LinkingConfig(
                        settings.duration("window", defaults.window()),
                        settings.duration("hold", defaults.hold()),
                        settings.duration("idle", defaults.idle()),
                        keys.isEmpty() ? defaults.callIdKeys() : keys,
                        settings.integer(
                                "max-open-calls", defaults.maxOpenCalls(), 1, Integer.MAX_VALUE),
                        settings.integer("max-runs", defaults.maxRuns(), 1, Integer.MAX_VALUE));
        var store = settings.text("store").orElse("memory");
        if (!store.equals("memory")) {
            throw settings.problem("store", "must be memory, was '" + store + "'");
        }
        settings.end();
        return config;
    }
}
