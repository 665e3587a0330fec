package dev.spangate.gateway;

import dev.spangate.linking.LinkingConfig;
import dev.spangate.proxy.Settings;
import dev.spangate.redis.RedisConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Reads `linking:`; the linker itself knows no YAML.
final class LinkingSettings {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss");

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
        return config;
    }

    /// The store that replicas share; empty where one process is all there is.
    static Optional<RedisConfig> store(Settings settings) {
        var store = settings.text("store").orElse("memory");
        boolean redis = store.equals("redis");
        if (!redis && !store.equals("memory")) {
            throw settings.problem("store", "must be memory or redis, was '" + store + "'");
        }
        var child = settings.child("redis");
        var url = child.text("url");
        if (redis && url.isEmpty()) {
            throw child.problem(
                    "url",
                    "is missing: linking.store is redis; say redis://host:6379, or rediss://");
        }
        var config =
                redis(child, url.orElse("redis://unset")); // reads every key, so that all are known
        child.end();
        return redis ? Optional.of(config) : Optional.empty();
    }

    private static RedisConfig redis(Settings settings, String text) {
        var usual = RedisConfig.of(url(settings, text));
        return new RedisConfig(
                usual.url(),
                settings.text("username").filter(name -> !name.isBlank()).orElse(null),
                settings.text("password").filter(password -> !password.isBlank()).orElse(null),
                settings.text("ca").map(Path::of).orElse(null),
                settings.text("prefix").orElse(usual.prefix()),
                settings.duration("timeout", usual.timeout()));
    }

    private static URI url(Settings settings, String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw settings.problem("url", "is no URL; say redis://host:6379, or rediss:// for TLS");
        }
        if (url.getUserInfo() != null) {
            throw settings.problem(
                    "url",
                    "holds credentials: they belong into linking.redis.username and .password");
        }
        boolean database = url.getPath() == null || url.getPath().matches("(/\\d{0,4})?");
        if (url.getScheme() == null
                || !SCHEMES.contains(url.getScheme())
                || url.getHost() == null
                || !database) {
            throw settings.problem(
                    "url",
                    "must be redis://host:port or rediss://host:port, with /number for a database");
        }
        return url;
    }
}
