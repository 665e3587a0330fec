package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One server of `mcp.servers`.
///
/// @param name the key
/// @param transport how it is reached
/// @param era which era is spoken with it
/// @param session whether clients share one session with it
/// @param timeouts how long it may take
/// @param maxResponse bytes of one message from it
/// @param tools which of its tools are shown and how
/// @param access how it is shown who we are, beside fixed headers
public record ServerConfig(
        String name,
        Transport transport,
        EraChoice era,
        SessionMode session,
        Timeouts timeouts,
        long maxResponse,
        ToolChoice tools,
        UpstreamAccess access) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");

    /// How a server is reached.
    public sealed interface Transport {
        /// A child process on its standard input and output.
        ///
        /// @param env what it gets beside a short list of harmless variables
        record Stdio(
                String command, List<String> args, Map<String, Secret> env, @Nullable String cwd)
                implements Transport {
            public Stdio {
                args = List.copyOf(args);
                env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
            }
        }

        /// Streamable HTTP.
        record Http(URI url, Map<String, Secret> headers) implements Transport {
            public Http {
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            }
        }

        /// HTTP with SSE of 2024-11-05.
        record Sse(URI url, Map<String, Secret> headers) implements Transport {
            public Sse {
                headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
            }
        }
    }

    /// Which era is spoken with a server.
    public enum EraChoice {
        AUTO,
        MODERN,
        LEGACY
    }

    /// Whether clients share one session with a server.
    public enum SessionMode {
        PER_CLIENT,
        SHARED
    }

    /// How long a server may take.
    ///
    /// @param connect until the handshake is done
    /// @param firstByte until the head of an HTTP answer; many servers send it with the answer
    ///   alone
    /// @param idle between two signs of life of one call; progress counts
    /// @param total for one call
    public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
        static Timeouts from(Settings settings) {
            var total = settings.duration("total", Duration.ofMinutes(30));
            var timeouts =
                    new Timeouts(
                            settings.duration("connect", Duration.ofSeconds(10)),
                            settings.duration("first-byte", total),
                            settings.duration("idle", Duration.ofMinutes(5)),
                            total);
            settings.end();
            return timeouts;
        }
    }

    /// Which tools are shown and how.
    ///
    /// @param allow globs over the server's own names; empty allows all
    /// @param deny globs that take away again
    /// @param look own name to what is shown instead
    public record ToolChoice(List<String> allow, List<String> deny, Map<String, Look> look) {
        public ToolChoice {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
            look = Map.copyOf(look);
        }

        /// What is shown of a tool instead of what its server says.
        public record Look(
                Optional<String> name, Optional<String> title, Optional<String> description) {
            static Look from(Settings settings) {
                var look =
                        new Look(
                                settings.text("name"),
                                settings.text("title"),
                                settings.text("description"));
                settings.end();
                return look;
            }
        }

        /// Everything, under its own name.
        public static ToolChoice all() {
            return new ToolChoice(List.of(), List.of(), Map.of());
        }

        static ToolChoice from(Settings settings) {
            var choice =
                    new ToolChoice(
                            settings.texts("allow"), settings.texts("deny"), looks(settings));
            settings.end();
            return choice;
        }

        /// `rename: {own: shown}` and `show: {own: {name, title, description}}`.
        private static Map<String, Look> looks(Settings settings) {
            var looks = new LinkedHashMap<String, Look>();
            settings.textMap("rename")
                    .forEach((own, shown) ->
                            looks.put(
                                    own,
                                    new Look(
                                            Optional.of(shown),
                                            Optional.empty(),
                                            Optional.empty())));
            settings.child("show")
                    .children()
                    .forEach((own, look) -> looks.put(own, Look.from(look)));
            var shown = new LinkedHashMap<String, String>();
            looks.forEach((own, look) -> look.name().ifPresent(name -> shown.put(own, name)));
            ConfiguredNames.checkShown(settings, shown);
            return looks;
        }
    }

    /// A plain HTTP server of the older era, close by.
    static ServerConfig legacyHttp(String name, URI url) {
        var patience = Duration.ofSeconds(30);
        return new ServerConfig(
                name,
                new Transport.Http(url, Map.of()),
                EraChoice.LEGACY,
                SessionMode.PER_CLIENT,
                new Timeouts(Duration.ofSeconds(5), patience, patience, patience),
                1 << 20,
                ToolChoice.all(),
                UpstreamAccess.none());
    }

    static ServerConfig from(String name, Settings settings) {
        if (!NAME.matcher(name).matches()) {
            throw settings.problem(
                    "(name)",
                    "must be 1 to 64 letters, digits, '_', '-' or '.', was '" + name + "'");
        }
        var server =
                new ServerConfig(
                        name,
                        transport(settings),
                        settings.oneOf("era", EraChoice.class, EraChoice.AUTO),
                        settings.oneOf("session", SessionMode.class, SessionMode.PER_CLIENT),
                        Timeouts.from(settings.child("timeouts")),
                        settings.bytes("max-response", 64L << 20),
                        ToolChoice.from(settings.child("tools")),
                        access(settings));
        settings.end();
        if (server.session() == SessionMode.SHARED && server.access().dependsOnCaller()) {
            throw settings.problem(
                    "session",
                    "cannot be shared where the server is shown who the caller is"
                            + " (forward-headers, token-exchange)");
        }
        return server;
    }

    private static UpstreamAccess access(Settings settings) {
        if (settings.has("url")) {
            var fixed = new HashSet<String>();
            settings.textMap("headers")
                    .keySet()
                    .forEach(name -> fixed.add(name.toLowerCase(Locale.ROOT)));
            return UpstreamAccess.from(settings, fixed);
        }
        for (var key : List.of("auth", "forward-headers")) {
            if (settings.has(key)) {
                throw settings.problem(key, "is for servers over HTTP; use `env`");
            }
        }
        return UpstreamAccess.none();
    }

    private static Transport transport(Settings settings) {
        boolean command = settings.has("command");
        boolean url = settings.has("url");
        if (command == url) {
            throw settings.problem(
                    "command", "exactly one of `command` (stdio) and `url` (HTTP) is needed");
        }
        var type = settings.text("type").orElse(command ? "stdio" : "http");
        if (command) {
            if (!type.equals("stdio")) {
                throw settings.problem("type", "must be stdio where `command` is set");
            }
            return new Transport.Stdio(
                    settings.require("command"),
                    settings.texts("args"),
                    secrets(settings.textMap("env")),
                    settings.text("cwd").orElse(null));
        }
        var headers = secrets(settings.textMap("headers"));
        return switch (type) {
            case "http", "streamable-http" -> new Transport.Http(url(settings), headers);
            case "sse" -> new Transport.Sse(url(settings), headers);
            default -> throw settings.problem("type", "must be http or sse where `url` is set");
        };
    }

    private static URI url(Settings settings) {
        try {
            var url = URI.create(settings.require("url"));
            if (url.getHost() != null
                    && ("http".equalsIgnoreCase(url.getScheme())
                            || "https".equalsIgnoreCase(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Told below, without the text: it may hold a key.
        }
        throw settings.problem("url", "must be an absolute http or https URL");
    }

    private static Map<String, Secret> secrets(Map<String, String> texts) {
        var secrets = new LinkedHashMap<String, Secret>();
        texts.forEach((key, value) -> secrets.put(key, Secret.of(value)));
        return secrets;
    }
}
