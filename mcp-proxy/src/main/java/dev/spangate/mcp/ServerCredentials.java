package dev.spangate.mcp;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.spangate.mcp.McpUpstreamException.Kind;
import dev.spangate.proxy.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What the gateway's requests to one server carry to show who they are for: access tokens, and
/// those headers of the caller that the configuration names.
///
/// Thread-safe. Tokens of callers are kept under a hash of the token that they were exchanged for,
/// bounded in number and time.
final class ServerCredentials {
    private static final int MAX_CALLERS = 10_000;
    private static final Duration UNUSED = Duration.ofHours(1);

    private final UpstreamAccess access;
    private final @Nullable TokenEndpoint tokens;
    private final @Nullable AccessToken own;
    private final Cache<String, AccessToken> exchanged =
            Caffeine.newBuilder().maximumSize(MAX_CALLERS).expireAfterAccess(UNUSED).build();

    /// @param tokens where tokens come from; null where the configuration wants none
    ServerCredentials(UpstreamAccess access, @Nullable TokenEndpoint tokens) {
        this.access = access;
        this.tokens = tokens;
        this.own = tokens == null ? null : token(tokens::own);
    }

    private AccessToken token(Supplier<AccessToken.Issued> fetch) {
        var early = access.oauth().map(UpstreamAccess.OAuth::refreshBefore).orElse(Duration.ZERO);
        return new AccessToken(fetch, early, System::nanoTime);
    }

    /// Whether there is nothing to carry.
    boolean none() {
        return access.isNone();
    }

    /// The headers of a request on behalf of somebody; may wait for the token server.
    ///
    /// @throws TransportFailure there is no token
    Map<String, String> headers(CallerHeaders caller) {
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.put(HttpSender.IDENTIFIED, "");
        headers.putAll(caller.values(access.forward()));
        var token = token(caller);
        if (token != null) {
            headers.put("Authorization", "Bearer " + token.value().reveal());
        }
        return headers;
    }

    /// The server refused a request with these headers.
    ///
    /// @return whether it may be sent again with others
    boolean refused(CallerHeaders caller, Map<String, String> sent) {
        var authorization = sent.get("Authorization");
        var token = token(caller);
        return token != null
                && authorization != null
                && token.refused(Secret.of(authorization.substring("Bearer ".length())));
    }

    /// Tells callers apart whom the server must not take for one another; empty where it cannot
    /// tell.
    String identity(CallerHeaders caller) {
        if (!access.dependsOnCaller()) {
            return "";
        }
        var shown = new TreeMap<>(caller.values(access.forward()));
        access.oauth()
                .flatMap(oauth -> caller.token(oauth.subject().header()))
                .ifPresent(subject -> shown.put("", subject));
        return shown.isEmpty() ? "" : digest(shown.toString());
    }

    /// The gateway's own requests have a token of its own also where callers' are exchanged.
    private @Nullable AccessToken token(CallerHeaders caller) {
        var endpoint = tokens;
        if (endpoint == null) {
            return null;
        }
        var oauth = access.oauth().orElseThrow();
        if (oauth.grant() == UpstreamAccess.Grant.CLIENT_CREDENTIALS || !caller.ofCaller()) {
            return own;
        }
        var subject =
                caller.token(oauth.subject().header())
                        .map(Secret::of)
                        .orElseThrow(() ->
                                new TransportFailure(
                                        Kind.UNAUTHORIZED,
                                        "takes tokens in exchange for the caller's own, and the"
                                                + " request had none in its header '"
                                                + oauth.subject().header()
                                                + "'"));
        return exchanged.get(
                digest(subject.reveal()), _ -> token(() -> endpoint.inExchange(subject)));
    }

    private static String digest(String text) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
