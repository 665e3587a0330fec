package dev.spangate.proxy;

import java.net.URI;
import java.util.Collection;
import java.util.Locale;

/// Compares whom a token is meant for with who we are (RFC 8707; MCP, canonical server URI).
final class Audiences {
    private Audiences() {}

    /// Whether one of a token's audiences is one of ours; URIs compare in canonical form, other
    /// texts as they are.
    static boolean meet(Collection<String> ofToken, Collection<String> ours) {
        return ofToken.stream()
                .map(Audiences::canonical)
                .anyMatch(each -> ours.stream().map(Audiences::canonical).anyMatch(each::equals));
    }

    /// Scheme and host in lower case, no port that the scheme implies, no slash at the end.
    static String canonical(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException _) {
            return text;
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
            return text;
        }
        var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int implied = scheme.equals("https") ? 443 : scheme.equals("http") ? 80 : -1;
        int port = uri.getPort();
        var path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return scheme
                + "://"
                + uri.getHost().toLowerCase(Locale.ROOT)
                + (port < 0 || port == implied ? "" : ":" + port)
                + (path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery())
                + (uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment());
    }
}
