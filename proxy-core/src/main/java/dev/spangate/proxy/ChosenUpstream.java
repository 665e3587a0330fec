package dev.spangate.proxy;

import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Our own client where it can do the work, `java.net.http` for everything else: TLS, and origins
/// that the JVM reaches through a proxy.
final class ChosenUpstream implements Upstream {
    private final Upstream plain = new PlainUpstream();
    private final Upstream usual = new JavaHttpUpstream();

    /// Whether an origin is reached without a proxy; a configuration has few origins.
    private final Map<String, Boolean> direct = new ConcurrentHashMap<>();

    @Override
    public UpstreamResponse send(UpstreamRequest request) throws UpstreamException {
        return chosen(request.uri()).send(request);
    }

    private Upstream chosen(URI uri) {
        boolean http = "http".equals(uri.getScheme().toLowerCase(Locale.ROOT));
        boolean ours =
                http
                        && uri.getHost() != null
                        && direct.computeIfAbsent(uri.getRawAuthority(), _ -> isDirect(uri));
        return ours ? plain : usual;
    }

    private static boolean isDirect(URI uri) {
        var selector = ProxySelector.getDefault();
        return selector == null
                || selector.select(uri).stream().allMatch(each -> each.type() == Proxy.Type.DIRECT);
    }

    @Override
    public void close() {
        plain.close();
        usual.close();
    }
}
