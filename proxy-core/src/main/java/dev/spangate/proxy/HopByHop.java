package dev.spangate.proxy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Header names that belong to one connection and are never passed on (RFC 9110 §7.6.1).
public final class HopByHop {
    private static final Set<String> ALWAYS =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "http2-settings",
                    "expect",
                    "host",
                    "content-length");

    private final Set<String> named;

    private HopByHop(Set<String> named) {
        this.named = named;
    }

    /// For a message with these values of `Connection`: the names listed there go as well.
    public static HopByHop of(List<String> connection) {
        if (connection.isEmpty()) {
            return new HopByHop(Set.of());
        }
        var named = new HashSet<String>();
        for (String value : connection) {
            for (String name : value.split(",", -1)) {
                named.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return new HopByHop(named);
    }

    /// The header ends here. `Host` and `Content-Length` count: the next hop writes its own.
    public boolean covers(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return ALWAYS.contains(lower) || named.contains(lower);
    }
}
