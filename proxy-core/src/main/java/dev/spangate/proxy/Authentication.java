package dev.spangate.proxy;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the caller behind a request, and says which credentials of it may travel on.
///
/// A Spangate key starts with `sgk_` and is taken from `x-spangate-key`, else from a provider's key
/// header (`Authorization`, `x-api-key`, `api-key`, `x-goog-api-key`). It never leaves us.
public final class Authentication {
    /// What every Spangate key starts with.
    public static final String PREFIX = "sgk_";

    private static final System.Logger LOG = System.getLogger(Authentication.class.getName());
    private static final HeaderName OWN = HeaderNames.create("x-spangate-key");
    private static final List<HeaderName> PROVIDER_KEYS =
            List.of(
                    HeaderNames.AUTHORIZATION,
                    HeaderNames.create("x-api-key"),
                    HeaderNames.create("api-key"),
                    HeaderNames.create("x-goog-api-key"));
    private static final Set<String> NEVER_COPIED =
            Set.of(
                    "x-spangate-key",
                    "authorization",
                    "x-api-key",
                    "api-key",
                    "x-goog-api-key",
                    "x-amz-security-token",
                    "proxy-authorization",
                    "cookie");

    /// By SHA-256 of the key: a look-up tells nothing of a key by its duration.
    private volatile Map<String, Caller> callers;

    private volatile @Nullable TokenCheck tokens;

    private final Map<String, String> attributes;

    private Authentication(Map<Caller, Secret> keys, Map<String, String> attributes) {
        this.attributes = Map.copyOf(attributes);
        this.callers = byDigest(keys);
    }

    /// With no keys and no token check everybody is [Caller#nobody].
    public static Authentication of(Map<Caller, Secret> keys) {
        return of(keys, Map.of());
    }

    /// As [#of(Map)], every caller with these extra span attributes.
    public static Authentication of(Map<Caller, Secret> keys, Map<String, String> attributes) {
        return new Authentication(keys, attributes);
    }

    /// From now on these keys count, and no others; requests in flight go on.
    public void replace(Map<Caller, Secret> keys) {
        callers = byDigest(keys);
    }

    private Map<String, Caller> byDigest(Map<Caller, Secret> keys) {
        var callers = new HashMap<String, Caller>();
        keys.forEach((caller, key) -> callers.put(digest(key.reveal()), caller.with(attributes)));
        return callers;
    }

    /// From now on bearer tokens that are no keys of ours are checked so; null: they mean nothing.
    /// With a check nobody is anonymous, whether or not there are keys.
    public void checkTokensWith(@Nullable TokenCheck check) {
        tokens = check;
    }

    /// The caller, or empty: answer 401 in the protocol's own shape.
    public Optional<Caller> authenticate(Headers headers) {
        return identify(headers, Set.of()) instanceof Identity.Known(var caller)
                ? Optional.of(caller)
                : Optional.empty();
    }

    /// Who sends a request: by a key of ours, else by a token that is meant for us.
    ///
    /// @param audiences whom a token must be meant for, one of them; empty where any will do
    public Identity identify(Headers headers, Set<String> audiences) {
        var known = callers;
        var check = tokens;
        if (known.isEmpty() && check == null) {
            return new Identity.Known(Caller.nobody().with(attributes));
        }
        var key = spangateKey(headers);
        if (key.isPresent()) { // a wrong key is not made good by a token
            var caller = known.get(digest(key.get()));
            return caller == null ? new Identity.Missing() : new Identity.Known(caller);
        }
        var token = check == null ? Optional.<String>empty() : bearer(headers);
        return token.isEmpty() || check == null
                ? new Identity.Missing()
                : checked(check, token.get(), audiences);
    }

    private Identity checked(TokenCheck check, String token, Set<String> audiences) {
        try {
            return switch (check.check(token)) {
                case TokenCheck.Verdict.Valid(var caller, var ofToken) ->
                        audiences.isEmpty() || Audiences.meet(ofToken, audiences)
                                ? new Identity.Known(caller.with(attributes))
                                : invalid("the token is meant for another audience");
                case TokenCheck.Verdict.Refused(var error, var description, var scopes) ->
                        new Identity.Refused(error, description, scopes);
                case TokenCheck.Verdict.Unknown _ -> new Identity.Missing();
            };
        } catch (RuntimeException e) { // its message may hold the token
            LOG.log(System.Logger.Level.ERROR, "token check failed: {0}", e.getClass().getName());
            return invalid("the token could not be checked");
        }
    }

    private static Identity invalid(String description) {
        return new Identity.Refused("invalid_token", description, List.of());
    }

    private static Optional<String> bearer(Headers headers) {
        return headers.first(HeaderNames.AUTHORIZATION)
                .map(String::strip)
                .filter(value -> value.regionMatches(true, 0, "bearer ", 0, 7))
                .map(Authentication::bare)
                .filter(token -> !token.isEmpty());
    }

    /// The header carries a credential of the client, or may: it is never copied upstream as it is.
    /// What may travel on is in [#providerKeys].
    public static boolean isCredential(String headerName) {
        return NEVER_COPIED.contains(headerName.toLowerCase(Locale.ROOT));
    }

    /// The client's own provider keys, for the one provider that it addressed: only beside
    /// `x-spangate-key` or from a caller that is anonymous, and never a Spangate key (design:
    /// keys).
    public List<HttpField> providerKeys(Caller caller, Headers headers) {
        if (!caller.anonymous() && !headers.contains(OWN)) {
            return List.of();
        }
        var fields = new ArrayList<HttpField>();
        for (var name : PROVIDER_KEYS) {
            if (headers.contains(name)) {
                Header header = headers.get(name);
                if (header.allValues().stream().noneMatch(Authentication::isSpangateKey)) {
                    fields.add(new HttpField(header.name(), header.get()));
                }
            }
        }
        return fields;
    }

    /// Why nobody was found, for a 401: names the headers, never a key.
    public static String missing() {
        return "no valid Spangate key: send one that starts with sgk_ in x-spangate-key,"
                + " Authorization or x-api-key; keys are set under callers[].key";
    }

    /// The value, `Bearer` aside, is a Spangate key.
    public static boolean isSpangateKey(String value) {
        return bare(value).startsWith(PREFIX);
    }

    private static Optional<String> spangateKey(Headers headers) {
        if (headers.contains(OWN)) {
            return headers.first(OWN).map(Authentication::bare);
        }
        for (var name : PROVIDER_KEYS) {
            var key = headers.first(name).filter(Authentication::isSpangateKey);
            if (key.isPresent()) {
                return key.map(Authentication::bare);
            }
        }
        return Optional.empty();
    }

    private static String bare(String value) {
        String text = value.strip();
        return text.regionMatches(true, 0, "bearer ", 0, 7) ? text.substring(7).strip() : text;
    }

    private static String digest(String key) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
