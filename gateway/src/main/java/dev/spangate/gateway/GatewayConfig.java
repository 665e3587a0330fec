package dev.spangate.gateway;

import dev.spangate.linking.LinkingConfig;
import dev.spangate.llm.LlmConfig;
import dev.spangate.mcp.CallerTools;
import dev.spangate.mcp.McpConfig;
import dev.spangate.proxy.Caller;
import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import dev.spangate.proxy.SettingsException;
import dev.spangate.redis.RedisConfig;
import dev.spangate.telemetry.TelemetryConfig;
import dev.spangate.telemetry.TelemetryException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The whole configuration, valid; each part belongs to the module that reads it.
///
/// @param name the gateway's name, on every span
/// @param listen where clients come to
/// @param admin where operators come to
/// @param llm the providers of models
/// @param mcp the servers behind the gateway
/// @param telemetry journal and destinations
/// @param linking how tool executions are linked
/// @param store what replicas share; empty for a lone process
/// @param callers who may come, with their keys; empty: everybody, anonymously
/// @param callerTools what of MCP each caller may use, by name
/// @param verify where `./spangate verify` plays a provider and an MCP server; empty: nowhere
/// @param secrets values of this configuration that must be shown nowhere
/// @param tree what it was read from, variables replaced
public record GatewayConfig(
        String name,
        ListenConfig listen,
        AdminConfig admin,
        LlmConfig llm,
        McpConfig mcp,
        TelemetryConfig telemetry,
        LinkingConfig linking,
        Optional<RedisConfig> store,
        Map<Caller, Secret> callers,
        Map<String, CallerTools> callerTools,
        Optional<URI> verify,
        Set<String> secrets,
        JsonNode tree) {
    public GatewayConfig {
        callers = Map.copyOf(callers);
        callerTools = Map.copyOf(callerTools);
        secrets = Set.copyOf(secrets);
    }

    /// Reads a YAML file; variables come from the environment of the process.
    ///
    /// @throws ConfigException with file, line or path, and the way out
    public static GatewayConfig load(Path file) {
        return from(ConfigFile.read(file, System.getenv()), System.getenv());
    }

    /// Reads YAML text, variables given.
    ///
    /// @throws ConfigException with line or path, and the way out
    public static GatewayConfig parse(String yaml, Map<String, String> environment) {
        return from(ConfigFile.parse("configuration", yaml, environment), environment);
    }

    /// The name alone: the rest holds credentials.
    @Override
    public String toString() {
        return "GatewayConfig[" + name + "]";
    }

    private static GatewayConfig from(ConfigFile file, Map<String, String> environment) {
        try {
            return read(file, environment);
        } catch (SettingsException | TelemetryException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static GatewayConfig read(ConfigFile file, Map<String, String> environment) {
        var settings = Settings.of("", file.tree());
        var listen = ListenConfig.from(settings.child("listen"));
        var callers = CallerConfig.from(settings);
        var verify = settings.text("verify").map(text -> verifyUrl(settings, text));
        var llm = LlmConfig.from(settings.raw("llm").orElse(null), environment);
        var mcp = McpConfig.from(settings.raw("mcp").orElse(null));
        var linking = settings.child("linking");
        var config =
                new GatewayConfig(
                        settings.text("name").orElse("spangate"),
                        listen,
                        AdminConfig.from(settings.child("admin")),
                        verify.map(url -> llm.withCheck(url.resolve("/v1"))).orElse(llm),
                        verify.map(url -> mcp.withCheck(url.resolve("/mcp")))
                                .orElse(mcp)
                                .allowing(listen.allowedOrigins(), listen.allowedHosts()),
                        TelemetryConfig.from(settings.raw("telemetry").orElse(null), environment),
                        LinkingSettings.from(linking),
                        LinkingSettings.store(linking),
                        callers.keys(),
                        callers.tools(),
                        verify,
                        ConfigFile.together(file.secrets(), llm.secrets()),
                        file.tree());
        linking.end();
        settings.end();
        config.refuseStrangersWithoutCallers(settings);
        return config;
    }

    /// Plain HTTP with a port: verify listens there itself.
    private static URI verifyUrl(Settings settings, String text) {
        try {
            var url = URI.create(text.strip());
            if ("http".equals(url.getScheme()) && url.getHost() != null && url.getPort() > 0) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Told below.
        }
        throw settings.problem("verify", "must look like http://127.0.0.1:9099");
    }

    private void refuseStrangersWithoutCallers(Settings settings) {
        if (callers.isEmpty() && !listen.loopback() && !listen.allowAnonymous()) {
            throw settings.problem(
                    "listen.host",
                    listen.host()
                            + " is reachable from other machines and no callers are configured; add"
                            + " `callers` with keys, bind 127.0.0.1, or say"
                            + " listen.allow-anonymous: true");
        }
    }
}
