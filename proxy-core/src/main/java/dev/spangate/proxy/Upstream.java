package dev.spangate.proxy;

/// Sends HTTP requests to upstreams: the seam for every byte that leaves towards them.
///
/// Guarantees of every adapter:
/// 1. [#send] blocks the calling (virtual) thread until the response's head is in.
/// 2. The body arrives as the upstream sends it: no decoding, no waiting for a full buffer.
/// 3. Redirects, cookies and credentials are nobody's business here.
/// 4. Deadlines and [Abort#fire] end the exchange by closing it, from whatever it waits for.
/// 5. Nothing is sent twice, unless the connection was refused before a byte of it left.
public interface Upstream extends AutoCloseable {
    /// @throws UpstreamException whatever went wrong before the response's head was in
    UpstreamResponse send(UpstreamRequest request) throws UpstreamException;

    /// Releases connections; exchanges in flight fail.
    @Override
    void close();

    /// HTTP/1.1 to every upstream: by our own client over plain connections, by `java.net.http`
    /// over TLS and through proxies.
    static Upstream create() {
        return new ChosenUpstream();
    }
}
