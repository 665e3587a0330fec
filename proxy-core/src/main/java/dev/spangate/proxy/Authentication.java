package dev.spangate.proxy;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Map;
import java.util.Optional;

/// Finds the caller behind a request (design §6: `x-spangate-key`, else a value that starts with
/// `sgk_` in `Authorization` or `x-api-key`).
public final class Authentication {
    private final Map<Caller, Secret> keys;

    private Authentication(Map<Caller, Secret> keys) {
        this.keys = Map.copyOf(keys);
    }

    /// With no keys everybody is [Caller#nobody].
    public static Authentication of(Map<Caller, Secret> keys) {
        return new Authentication(keys);
    }

    /// The caller, or empty: answer 401 in the protocol's own shape.
    public Optional<Caller> authenticate(Headers headers) {
        if (keys.isEmpty()) {
            return Optional.of(Caller.nobody());
        }
        return spangateKey(headers)
                .flatMap(key ->
                        keys.entrySet().stream()
                                .filter(entry -> entry.getValue().matches(key))
                                .map(Map.Entry::getKey)
                                .findFirst());
    }

    private static Optional<String> spangateKey(Headers headers) {
        return headers.first(HeaderNames.create("x-spangate-key"))
                .or(() ->
                        headers.first(HeaderNames.AUTHORIZATION)
                                .map(value -> value.replaceFirst("^(?i:bearer) +", ""))
                                .filter(value -> value.startsWith("sgk_")))
                .or(() ->
                        headers.first(HeaderNames.create("x-api-key"))
                                .filter(value -> value.startsWith("sgk_")));
    }
}
