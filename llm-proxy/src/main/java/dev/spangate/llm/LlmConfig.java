package dev.spangate.llm;

import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import dev.spangate.proxy.SettingsException;
import dev.spangate.proxy.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The `llm` part of the configuration.
///
/// @param providers by name, in the order of the file; the name is the first path segment
/// @param models aliases of the unified surface
/// @param retry when the same upstream is asked again
/// @param prices what inferences cost
/// @param hints where clients say whose request it is
/// @param maxRequestBytes larger request bodies are answered with 413
public record LlmConfig(
        Map<String, Provider> providers,
        Map<String, Alias> models,
        Retry retry,
        Prices prices,
        HintRules hints,
        long maxRequestBytes) {
    /// The provider that `./spangate verify` plays: reached by its name alone.
    public static final String CHECK = "spangate-verify";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    /// First path segments that are not a provider's.
    private static final Set<String> RESERVED = Set.of("v1", "mcp", "health", "metrics", "api");

    public LlmConfig {
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(providers));
        models = Collections.unmodifiableMap(new LinkedHashMap<>(models));
        if (maxRequestBytes < 1024) {
            throw new SettingsException("llm.max-request-bytes", "must be at least 1024");
        }
        providers.keySet().forEach(LlmConfig::checkName);
        for (var alias : models.entrySet()) {
            checkTargets("llm.models." + alias.getKey(), alias.getValue().targets(), providers);
        }
    }

    /// Reads the YAML tree below `llm`; null where the file says nothing.
    public static LlmConfig from(@Nullable JsonNode tree) {
        return from(tree, Map.of());
    }

    /// The same, where the file is silent with what AWS's own tools read from the environment.
    public static LlmConfig from(@Nullable JsonNode tree, Map<String, String> environment) {
        var settings = Settings.of("llm", tree);
        var providers = new LinkedHashMap<String, Provider>();
        settings.child("providers")
                .children()
                .forEach((name, child) ->
                        providers.put(name, Provider.from(name, child, environment)));
        var config =
                new LlmConfig(
                        providers,
                        Alias.read(settings.child("models")),
                        Retry.from(settings.child("retry")),
                        Prices.from(settings),
                        HintRules.from(settings.child("hints")),
                        settings.bytes("max-request-bytes", 32L << 20));
        settings.end();
        return config;
    }

    /// Credentials of providers, wherever they came from: the file, or the environment.
    public Set<String> secrets() {
        var secrets = new TreeSet<String>();
        for (var provider : providers.values()) {
            var aws = provider.aws();
            var token = aws == null ? null : aws.sessionToken();
            Stream.of(provider.apiKey(), aws == null ? null : aws.secretAccessKey(), token)
                    .filter(Objects::nonNull)
                    .map(Secret::reveal)
                    .forEach(secrets::add);
        }
        return secrets;
    }

    /// The same with the provider that `./spangate verify` plays.
    ///
    /// @throws SettingsException if a configured provider has its name
    public LlmConfig withCheck(URI baseUrl) {
        if (providers.containsKey(CHECK)) {
            throw new SettingsException(
                    "llm.providers." + CHECK,
                    "the name belongs to ./spangate verify; take another");
        }
        var more = new LinkedHashMap<>(providers);
        more.put(
                CHECK,
                new Provider(
                        CHECK,
                        ProviderType.OPENAI_COMPATIBLE,
                        baseUrl,
                        null,
                        Map.of(),
                        Timeouts.DEFAULT,
                        false,
                        null));
        return new LlmConfig(more, models, retry, prices, hints, maxRequestBytes);
    }

    private static void checkName(String name) {
        if (!NAME.matcher(name).matches() || RESERVED.contains(name)) {
            throw new SettingsException(
                    "llm.providers." + name,
                    "a provider's name is a path segment: lower-case letters, digits, '.', '_',"
                            + " '-', and none of "
                            + String.join(", ", new TreeSet<>(RESERVED)));
        }
    }

    private static void checkTargets(
            String path, List<Target> targets, Map<String, Provider> providers) {
        if (targets.isEmpty()) {
            throw new SettingsException(path, "needs at least one provider/model");
        }
        for (var target : targets) {
            if (!providers.containsKey(target.provider())) {
                throw new SettingsException(
                        path,
                        "'%s' names no provider; %s"
                                .formatted(
                                        target,
                                        Nearest.hint(target.provider(), providers.keySet())));
            }
        }
    }

    /// One model of one provider.
    ///
    /// @param weight its share of first tries; 0 where targets are tried in order
    public record Target(String provider, String model, int weight) {
        static Target of(String text, int weight, Settings settings, String key) {
            int slash = text.indexOf('/');
            if (slash < 1 || slash == text.length() - 1) {
                throw settings.problem(key, "'" + text + "' must be provider/model");
            }
            return new Target(text.substring(0, slash), text.substring(slash + 1), weight);
        }

        /// The same with what a wildcard alias matched in place of its own `*`.
        Target with(String matched) {
            return new Target(provider, model.replace("*", matched), weight);
        }

        @Override
        public String toString() {
            return provider + "/" + model;
        }
    }

    /// A name of ours for one or several targets; `*` in it stands for anything.
    ///
    /// @param targets in failover order; with weights the first try is drawn
    public record Alias(List<Target> targets) {
        public Alias {
            targets = List.copyOf(targets);
        }

        static Map<String, Alias> read(Settings settings) {
            var aliases = new LinkedHashMap<String, Alias>();
            for (String name : settings.keys()) {
                if (name.indexOf('*') != name.lastIndexOf('*')) {
                    throw settings.problem(name, "may hold one '*' only");
                }
                aliases.put(name, new Alias(targets(settings, name)));
            }
            return aliases;
        }

        private static List<Target> targets(Settings settings, String name) {
            var raw = settings.raw(name).orElse(null);
            boolean weighted = raw != null && raw.isArray() && raw.path(0).isObject();
            var targets = new ArrayList<Target>();
            if (weighted) {
                for (var entry : settings.list(name)) {
                    int weight = entry.integer("weight", 1, 0, 1_000_000);
                    targets.add(Target.of(entry.require("target"), weight, entry, "target"));
                    entry.end();
                }
            } else {
                for (String text : settings.texts(name)) {
                    targets.add(Target.of(text, 0, settings, name));
                }
            }
            return targets;
        }
    }

    /// When the same upstream is asked again; another target of an alias is asked in any case.
    ///
    /// @param attempts tries per target; 1 leaves retries to the client
    /// @param backoff before the second try, doubled for each further one
    /// @param maxWait a `Retry-After` beyond it is passed on instead
    public record Retry(int attempts, Duration backoff, Duration maxWait) {
        static Retry from(Settings settings) {
            var retry =
                    new Retry(
                            settings.integer("attempts", 1, 1, 10),
                            settings.duration("backoff", Duration.ofMillis(250)),
                            settings.duration("max-wait", Duration.ofSeconds(10)));
            settings.end();
            return retry;
        }
    }

    /// One provider.
    ///
    /// @param name configured name and first path segment
    /// @param type what it is
    /// @param baseUrl with or without the version segment
    /// @param apiKey its key; without one the client's own may pass through
    /// @param headers further header lines for it
    /// @param timeouts how long it may take
    /// @param streamUsage ask streams for their usage and keep the extra frame from the client
    /// @param aws who signs, where its requests are signed instead of bearing a key
    public record Provider(
            String name,
            ProviderType type,
            URI baseUrl,
            @Nullable Secret apiKey,
            Map<String, Secret> headers,
            Timeouts timeouts,
            boolean streamUsage,
            @Nullable AwsAccount aws) {
        public Provider {
            headers = Map.copyOf(headers);
            checkUrl("llm.providers." + name + ".base-url", baseUrl);
        }

        static Provider from(String name, Settings settings, Map<String, String> environment) {
            var type = type(name, settings);
            boolean signs = type == ProviderType.BEDROCK;
            var aws = signs ? settings.child("aws") : Settings.of("", null);
            var region = AwsAccount.region(aws, signs ? environment : Map.of());
            var url =
                    settings.text("base-url")
                            .or(type::baseUrl)
                            .or(() -> region.map(type::regionalUrl))
                            .orElseThrow(() -> settings.problem("base-url", "is required"));
            var account = signs ? AwsAccount.read(aws, environment).orElse(null) : null;
            var provider =
                    new Provider(
                            name,
                            type,
                            parse(settings, url),
                            key(settings, signs ? environment : Map.of()),
                            secrets(settings.textMap("headers")),
                            timeouts(settings.child("timeouts")),
                            settings.flag("stream-usage", type.asksForUsage()),
                            account);
            settings.end();
            return provider;
        }

        private static @Nullable Secret key(Settings settings, Map<String, String> environment) {
            return settings.text("api-key")
                    .or(() -> Optional.ofNullable(environment.get("AWS_BEARER_TOKEN_BEDROCK")))
                    .filter(key -> !key.isBlank())
                    .map(Secret::of)
                    .orElse(null);
        }

        /// The path of a setting of this provider, for messages.
        String setting(String key) {
            return "llm.providers." + name + "." + key;
        }

        private static ProviderType type(String name, Settings settings) {
            var fallback =
                    ProviderType.named(name)
                            .orElse(
                                    settings.has("base-url")
                                            ? ProviderType.OPENAI_COMPATIBLE
                                            : null);
            var type = settings.text("type");
            if (type.isPresent()) {
                return settings.oneOf("type", ProviderType.class, ProviderType.OPENAI);
            }
            if (fallback == null) {
                throw settings.problem("type", "is required, or a base-url");
            }
            return fallback;
        }

        private static URI parse(Settings settings, String url) {
            try {
                return URI.create(url.strip());
            } catch (IllegalArgumentException e) {
                throw settings.problem("base-url", "is not a URL");
            }
        }

        private static void checkUrl(String path, URI url) {
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw new SettingsException(path, "must be an http or https URL with a host");
            }
            if (url.getRawUserInfo() != null) {
                throw new SettingsException(
                        path, "must not hold user info; put credentials into api-key or headers");
            }
            if (url.getRawQuery() != null || url.getRawFragment() != null) {
                throw new SettingsException(path, "must not have a query or a fragment");
            }
        }

        private static Timeouts timeouts(Settings settings) {
            var usual = Timeouts.DEFAULT;
            var timeouts =
                    new Timeouts(
                            settings.duration("connect", usual.connect()),
                            settings.duration("first-byte", usual.firstByte()),
                            settings.duration("idle", usual.idle()),
                            settings.duration("total", usual.total()));
            settings.end();
            return timeouts;
        }

        private static Map<String, Secret> secrets(Map<String, String> texts) {
            var secrets = new LinkedHashMap<String, Secret>();
            texts.forEach((name, value) -> secrets.put(name, Secret.of(value)));
            return secrets;
        }
    }
}
