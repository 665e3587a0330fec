package dev.spangate.mcp;

import dev.spangate.proxy.Secret;
import dev.spangate.proxy.Settings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// How the gateway shows a server over HTTP who it is, beside fixed `headers`, and what of a
/// caller's own request it passes on. By default nothing: a caller's token is not meant for the
/// servers behind us (MCP, security best practices: token passthrough).
///
/// @param oauth where an access token comes from
/// @param forward lower-case names of headers that go from callers' requests to the server
public record UpstreamAccess(Optional<OAuth> oauth, List<String> forward) {
    private static final Pattern HEADER = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,100}");
    private static final String DEFAULT_SUBJECT =
            "urn:ietf:params:oauth:token-type:access_token"; // RFC 8693, 3

    /// Ours, the connection's or the protocol's: not a caller's to set.
    private static final Set<String> NEVER =
            Set.of(
                    "x-spangate-key",
                    "host",
                    "connection",
                    "content-length",
                    "content-type",
                    "transfer-encoding",
                    "upgrade",
                    "expect",
                    "te",
                    "trailer",
                    "keep-alive",
                    "proxy-authorization",
                    "accept",
                    "accept-encoding",
                    "last-event-id",
                    "traceparent",
                    "tracestate");

    public UpstreamAccess {
        forward = List.copyOf(forward);
    }

    /// How a token is asked for.
    public enum Grant {
        /// The gateway's own, one for all callers.
        CLIENT_CREDENTIALS,
        /// One per caller, for the token that it sent (RFC 8693).
        TOKEN_EXCHANGE
    }

    /// How the gateway shows the token server who it is.
    public enum ClientAuth {
        BASIC,
        POST,
        /// A public client: its id alone.
        NONE
    }

    /// Where access tokens come from.
    ///
    /// @param tokenUrl the token endpoint
    /// @param client who the gateway is there
    /// @param scopes asked for; empty leaves it to the token server
    /// @param audience `audience` of the request, where the token server wants one
    /// @param resource `resource` of the request (RFC 8707)
    /// @param subject which of a caller's tokens is exchanged
    /// @param refreshBefore how long before its end a token is replaced
    public record OAuth(
            Grant grant,
            URI tokenUrl,
            Client client,
            List<String> scopes,
            Optional<String> audience,
            Optional<String> resource,
            Subject subject,
            Duration refreshBefore) {
        public OAuth {
            scopes = List.copyOf(scopes);
        }
    }

    /// The gateway as a client of the token server.
    public record Client(String id, Optional<Secret> secret, ClientAuth auth) {}

    /// The caller's token that is exchanged.
    ///
    /// @param header lower-case name of the header that it comes in
    /// @param type its `subject_token_type`
    public record Subject(String header, String type) {}

    /// Nothing.
    static UpstreamAccess none() {
        return new UpstreamAccess(Optional.empty(), List.of());
    }

    /// Whether requests of different callers may differ in what they show the server.
    boolean dependsOnCaller() {
        return !forward.isEmpty()
                || oauth.filter(auth -> auth.grant() == Grant.TOKEN_EXCHANGE).isPresent();
    }

    boolean isNone() {
        return oauth.isEmpty() && forward.isEmpty();
    }

    /// Reads `auth` and `forward-headers` of a server.
    ///
    /// @param fixed lower-case names of its fixed headers
    /// @throws dev.spangate.proxy.SettingsException with the path and the way out
    static UpstreamAccess from(Settings server, Set<String> fixed) {
        var forward = forward(server, fixed);
        if (!server.has("auth")) {
            return new UpstreamAccess(Optional.empty(), forward);
        }
        if (fixed.contains("authorization") || forward.contains("authorization")) {
            throw server.problem(
                    "auth", "sets Authorization; remove it from `headers` and `forward-headers`");
        }
        return new UpstreamAccess(Optional.of(oauth(server.child("auth"))), forward);
    }

    private static List<String> forward(Settings server, Set<String> fixed) {
        var names =
                server.texts("forward-headers").stream()
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .distinct()
                        .toList();
        for (var name : names) {
            if (!HEADER.matcher(name).matches()
                    || NEVER.contains(name)
                    || name.startsWith("mcp-")) {
                throw server.problem("forward-headers", "'" + name + "' cannot be forwarded");
            }
            if (fixed.contains(name)) {
                throw server.problem(
                        "forward-headers", "'" + name + "' stands under `headers`, too");
            }
        }
        return names;
    }

    private static OAuth oauth(Settings settings) {
        var grant = settings.oneOf("grant", Grant.class, Grant.CLIENT_CREDENTIALS);
        var oauth =
                new OAuth(
                        grant,
                        tokenUrl(settings),
                        client(settings),
                        settings.texts("scopes"),
                        settings.text("audience"),
                        settings.text("resource"),
                        subject(settings, grant),
                        settings.duration("refresh-before", Duration.ofSeconds(60)));
        settings.end();
        return oauth;
    }

    private static Client client(Settings settings) {
        var secret = settings.text("client-secret").filter(text -> !text.isBlank()).map(Secret::of);
        var auth =
                settings.oneOf(
                        "client-auth",
                        ClientAuth.class,
                        secret.isPresent() ? ClientAuth.BASIC : ClientAuth.NONE);
        if (auth != ClientAuth.NONE && secret.isEmpty()) {
            throw settings.problem("client-secret", "is required unless client-auth is none");
        }
        return new Client(settings.require("client-id"), secret, auth);
    }

    private static Subject subject(Settings settings, Grant grant) {
        var header = settings.text("subject-header");
        var type = settings.text("subject-token-type");
        if (grant != Grant.TOKEN_EXCHANGE && (header.isPresent() || type.isPresent())) {
            throw settings.problem(
                    header.isPresent() ? "subject-header" : "subject-token-type",
                    "belongs to `grant: token-exchange`");
        }
        return new Subject(
                header.orElse("authorization").strip().toLowerCase(Locale.ROOT),
                type.orElse(DEFAULT_SUBJECT));
    }

    private static URI tokenUrl(Settings settings) {
        try {
            var url = URI.create(settings.require("token-url"));
            if (url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && ("http".equalsIgnoreCase(url.getScheme())
                            || "https".equalsIgnoreCase(url.getScheme()))) {
                return url;
            }
        } catch (IllegalArgumentException _) {
            // Told below, without the text: it may hold a key.
        }
        throw settings.problem(
                "token-url", "must be an absolute http or https URL without user and fragment");
    }
}
