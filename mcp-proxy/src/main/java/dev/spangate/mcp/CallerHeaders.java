package dev.spangate.mcp;

import dev.spangate.proxy.Authentication;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a caller's HTTP request said of it in headers; nothing of it travels on unless a server's
/// configuration names it. A Spangate key is never among it.
final class CallerHeaders {
    private static final CallerHeaders NONE = new CallerHeaders(null);

    private final @Nullable Headers headers;

    private CallerHeaders(@Nullable Headers headers) {
        this.headers = headers;
    }

    static CallerHeaders of(Headers headers) {
        return new CallerHeaders(headers);
    }

    /// Of the gateway's own requests.
    static CallerHeaders none() {
        return NONE;
    }

    /// Whether a caller stands behind the request at all.
    boolean ofCaller() {
        return headers != null;
    }

    /// The header's value as it came.
    Optional<String> value(String name) {
        if (headers == null) {
            return Optional.empty();
        }
        return headers.first(HeaderNames.create(name))
                .filter(value -> !value.isBlank() && !Authentication.isSpangateKey(value));
    }

    /// The token in a header, `Bearer` aside.
    Optional<String> token(String name) {
        return value(name)
                .map(String::strip)
                .map(text ->
                        text.regionMatches(true, 0, "bearer ", 0, 7)
                                ? text.substring(7).strip()
                                : text)
                .filter(text -> !text.isEmpty());
    }

    /// Those of these headers that are there.
    Map<String, String> values(Iterable<String> names) {
        var values = new TreeMap<String, String>();
        names.forEach(name -> value(name).ifPresent(value -> values.put(name, value)));
        return values;
    }

    /// The names alone would say too much.
    @Override
    public String toString() {
        return headers == null ? "none" : "***";
    }
}
