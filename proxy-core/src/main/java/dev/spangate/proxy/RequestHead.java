package dev.spangate.proxy;

import dev.spangate.proxy.UpstreamException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// The head of a request as bytes (RFC 9112 §3, §5).
final class RequestHead {
    private static final Set<String> OWN =
            Set.of(
                    "connection",
                    "content-length",
                    "expect",
                    "host",
                    "transfer-encoding",
                    "upgrade");

    private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "DELETE", "OPTIONS");

    private RequestHead() {}

    /// @throws UpstreamException where a line would not be one line; it quotes no value
    static byte[] of(UpstreamRequest request) throws UpstreamException {
        var head = new StringBuilder(512);
        var uri = request.uri();
        head.append(request.method()).append(' ').append(target(uri)).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(host(uri)).append("\r\n");
        if (request.body().length > 0 || !WITHOUT_BODY.contains(request.method())) {
            head.append("Content-Length: ").append(request.body().length).append("\r\n");
        }
        if (!isToken(request.method())) {
            throw unsendable(request);
        }
        for (var field : request.fields()) {
            if (!OWN.contains(field.name().toLowerCase(Locale.ROOT))) {
                if (!isToken(field.name()) || !isValue(field.value())) {
                    throw unsendable(request);
                }
                head.append(field.name()).append(": ").append(field.value()).append("\r\n");
            }
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static UpstreamException unsendable(UpstreamRequest request) {
        return new UpstreamException(
                Kind.PROTOCOL, "the request to " + request + " cannot be sent", null);
    }

    private static String target(URI uri) {
        String path = uri.getRawPath();
        String query = uri.getRawQuery();
        String whole =
                (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
        return whole.chars().allMatch(c -> c < 0x80)
                ? whole
                : target(URI.create(uri.toASCIIString()));
    }

    private static String host(URI uri) {
        String host = uri.getHost();
        return uri.getPort() < 0 || uri.getPort() == 80 ? host : host + ":" + uri.getPort();
    }

    /// RFC 9110 §5.6.2.
    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean alphanumeric = c < 0x80 && Character.isLetterOrDigit(c);
            if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /// RFC 9110 §5.5: no controls but the tab; nothing that is more than a byte.
    private static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return true;
    }
}
