package dev.spangate.mcp;

import dev.spangate.proxy.Settings;
import dev.spangate.proxy.SettingsException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The `mcp` part of the configuration.
///
/// @param servers by name, in the order of the file
/// @param virtual servers made of chosen tools: name to `server/tool` patterns
/// @param prefix when exposed names carry their server's name
/// @param lists how lists are gathered and kept
/// @param downstream what clients may send and how they are served
/// @param registration what may be registered over the network
/// @param toolChecks what is looked for in the tools that servers list
/// @param authorization where clients get tokens for us
public record McpConfig(
        Map<String, ServerConfig> servers,
        Map<String, List<String>> virtual,
        Prefix prefix,
        Lists lists,
        Downstream downstream,
        Registration registration,
        ToolChecks toolChecks,
        Authorization authorization) {
    /// The server that `./spangate verify` plays: at `/mcp/spangate-verify` alone, no agent sees
    /// it.
    public static final String CHECK = "spangate-verify";

    /// When exposed names carry their server's name.
    public enum Prefix {
        /// Only where two servers have the same name.
        ON_COLLISION,
        ALWAYS,
        /// Never: of equal names the later server's tool is hidden, and the log says so.
        NEVER
    }

    /// How lists are gathered and kept.
    ///
    /// @param firstWait how long the first list of a process waits for slow servers
    /// @param deadline how long one server may take for its list
    /// @param ttl after how long a list is asked for again although nobody said it changed
    /// @param retry after how long a server that failed is asked again
    /// @param recheck how old a list may be when a call names a tool that is not in it
    /// @param maxNameLength cap on exposed names; longer ones end in a hash
    /// @param pageSize entries per page to clients; 0 for all in one
    public record Lists(
            Duration firstWait,
            Duration deadline,
            Duration ttl,
            Duration retry,
            Duration recheck,
            int maxNameLength,
            int pageSize) {
        static Lists from(Settings settings) {
            var lists =
                    new Lists(
                            settings.duration("first-wait", Duration.ofSeconds(3)),
                            settings.duration("deadline", Duration.ofSeconds(10)),
                            settings.duration("ttl", Duration.ofMinutes(5)),
                            settings.duration("retry", Duration.ofSeconds(5)),
                            settings.duration("recheck", Duration.ofSeconds(1)),
                            settings.integer("max-name-length", 48, 16, 128),
                            settings.integer("page-size", 0, 0, 100_000));
            settings.end();
            return lists;
        }
    }

    /// What clients may send and how they are served.
    ///
    /// @param allowedOrigins accepted in `Origin` beside loopback ones; `*` accepts all
    /// @param allowedHosts accepted in `Host` beside loopback ones; `*` accepts all
    /// @param maxBody bytes of a request's body
    /// @param streamAfter when a call's answer becomes a stream
    /// @param keepAlive how often a comment is written on a silent stream
    /// @param sessionIdle after how much silence a session ends
    /// @param maxSessions bound on sessions; the longest silent one goes
    public record Downstream(
            List<String> allowedOrigins,
            List<String> allowedHosts,
            long maxBody,
            Duration streamAfter,
            Duration keepAlive,
            Duration sessionIdle,
            int maxSessions) {
        public Downstream {
            allowedOrigins = List.copyOf(allowedOrigins);
            allowedHosts = List.copyOf(allowedHosts);
        }

        static Downstream from(Settings settings) {
            var downstream =
                    new Downstream(
                            settings.texts("allowed-origins"),
                            settings.texts("allowed-hosts"),
                            settings.bytes("max-body", 16L << 20),
                            settings.duration("stream-after", Duration.ofSeconds(1)),
                            settings.duration("keep-alive", Duration.ofSeconds(5)),
                            settings.duration("session-idle", Duration.ofHours(1)),
                            settings.integer("max-sessions", 100_000, 1, 10_000_000));
            settings.end();
            return downstream;
        }
    }

    /// What may be registered over the network, beside the servers of this file.
    ///
    /// @param allowCommands whether entries may start processes
    /// @param allowHosts hosts whose addresses need not be public
    public record Registration(boolean allowCommands, Set<String> allowHosts) {
        public Registration {
            allowHosts = Set.copyOf(allowHosts);
        }

        static Registration from(Settings settings) {
            var hosts = new LinkedHashSet<String>();
            settings.texts("allow-hosts").forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
            var registration = new Registration(settings.flag("allow-commands", false), hosts);
            settings.end();
            return registration;
        }
    }

    /// What happens about a tool that a check finds.
    public enum Reaction {
        /// It is told in the log, the metrics and the admin API.
        WARN,
        /// It is told, and neither shown nor callable.
        BLOCK,
        IGNORE
    }

    /// What is looked for in the tools that servers list.
    ///
    /// @param changed about a definition that has changed under its name
    /// @param lookAlike about a name that looks like another one
    /// @param file where the pinned definitions are kept; none: until the end of the process
    public record ToolChecks(Reaction changed, Reaction lookAlike, Optional<Path> file) {
        static ToolChecks from(Settings settings) {
            var checks =
                    new ToolChecks(
                            settings.oneOf("changed", Reaction.class, Reaction.WARN),
                            settings.oneOf("look-alike", Reaction.class, Reaction.WARN),
                            settings.text("file").map(Path::of));
            settings.end();
            return checks;
        }
    }

    /// Where clients get tokens for us (RFC 9728).
    ///
    /// @param publicUrl how clients reach us: scheme, host, port
    /// @param servers issuers of the authorization servers; empty: nothing is told of any
    /// @param scopes what a token needs
    /// @param audiences accepted in a token beside the resource itself
    public record Authorization(
            Optional<String> publicUrl,
            List<String> servers,
            List<String> scopes,
            List<String> audiences) {
        private static final Pattern ORIGIN = Pattern.compile("https?://[^/?#@\\s]+");

        public Authorization {
            servers = List.copyOf(servers);
            scopes = List.copyOf(scopes);
            audiences = List.copyOf(audiences);
        }

        /// What a path is called in the world of OAuth.
        String resource(String path) {
            return publicUrl.orElse("") + path;
        }

        static Authorization from(Settings settings) {
            var authorization =
                    new Authorization(
                            settings.text("public-url").map(url -> url.replaceFirst("/$", "")),
                            settings.texts("servers"),
                            settings.texts("scopes"),
                            settings.texts("audiences"));
            if (authorization.publicUrl.isEmpty() && !authorization.servers.isEmpty()) {
                throw settings.problem(
                        "public-url", "is required: clients ask for tokens for that address");
            }
            authorization
                    .publicUrl
                    .filter(url -> !ORIGIN.matcher(url).matches())
                    .ifPresent(_ -> {
                        throw settings.problem(
                                "public-url",
                                "must be scheme, host and port alone, such as"
                                        + " https://gateway.example");
                    });
            for (var server : authorization.servers) {
                if (!server.matches("https?://[^?#@\\s]+")) {
                    throw settings.problem(
                            "servers", "must be issuer URLs without query and fragment");
                }
            }
            settings.end();
            return authorization;
        }
    }

    public McpConfig {
        servers = Collections.unmodifiableMap(new LinkedHashMap<>(servers));
        virtual = Collections.unmodifiableMap(new LinkedHashMap<>(virtual));
    }

    /// The same with the server that `./spangate verify` plays.
    ///
    /// @throws dev.spangate.proxy.SettingsException if a configured server has its name
    public McpConfig withCheck(URI url) {
        if (servers.containsKey(CHECK)) {
            throw new SettingsException(
                    "mcp.servers." + CHECK, "the name belongs to ./spangate verify; take another");
        }
        var more = new LinkedHashMap<>(servers);
        more.put(CHECK, ServerConfig.legacyHttp(CHECK, url));
        return new McpConfig(
                more, virtual, prefix, lists, downstream, registration, toolChecks, authorization);
    }

    /// The same, accepting these in `Origin` and `Host`, too.
    public McpConfig allowing(List<String> origins, List<String> hosts) {
        var more =
                new Downstream(
                        joined(downstream.allowedOrigins(), origins),
                        joined(downstream.allowedHosts(), hosts),
                        downstream.maxBody(),
                        downstream.streamAfter(),
                        downstream.keepAlive(),
                        downstream.sessionIdle(),
                        downstream.maxSessions());
        return new McpConfig(
                servers, virtual, prefix, lists, more, registration, toolChecks, authorization);
    }

    private static List<String> joined(List<String> some, List<String> others) {
        return Stream.concat(some.stream(), others.stream()).distinct().toList();
    }

    /// Reads the mapping at `mcp`; absent is no servers.
    ///
    /// @throws dev.spangate.proxy.SettingsException with the path and the way out
    public static McpConfig from(@Nullable JsonNode node) {
        var settings = Settings.of("mcp", node);
        var servers = new LinkedHashMap<String, ServerConfig>();
        settings.child("servers")
                .children()
                .forEach((name, server) -> servers.put(name, ServerConfig.from(name, server)));
        var prefix =
                settings.oneOf(
                        "prefix",
                        Prefix.class,
                        servers.size() > 1 ? Prefix.ALWAYS : Prefix.ON_COLLISION);
        var config =
                new McpConfig(
                        servers,
                        virtual(settings.child("virtual"), servers),
                        prefix,
                        Lists.from(settings.child("lists")),
                        Downstream.from(settings.child("downstream")),
                        Registration.from(settings.child("registration")),
                        ToolChecks.from(settings.child("tool-checks")),
                        Authorization.from(settings.child("authorization")));
        ConfiguredNames.check(settings, servers.keySet(), config.virtual().keySet());
        settings.end();
        return config;
    }

    private static Map<String, List<String>> virtual(
            Settings settings, Map<String, ServerConfig> servers) {
        var virtual = new LinkedHashMap<String, List<String>>();
        for (var entry : settings.children().entrySet()) {
            var name = entry.getKey();
            if (servers.containsKey(name)) {
                throw settings.problem(name, "a server has this name already");
            }
            var patterns = entry.getValue().texts("tools");
            if (patterns.isEmpty()) {
                throw settings.problem(name + ".tools", "needs at least one `server/tool` pattern");
            }
            entry.getValue().end();
            virtual.put(name, patterns);
        }
        return virtual;
    }
}
