package dev.spangate.proxy;

import java.net.URI;
import java.util.List;

/// One HTTP request to an upstream, ready to send.
public final class UpstreamRequest {
    private final String method;
    private final URI uri;
    private final List<HttpField> fields;
    private final byte[] body;
    private final Timeouts timeouts;
    private final Abort abort;

    /// @param method HTTP method
    /// @param uri absolute `http` or `https` URI without user info
    /// @param fields header lines; hop-by-hop ones, `Host` and `Content-Length` are the adapter's
    /// @param body the whole body, empty for none; never written to
    /// @param timeouts how long it may take
    /// @param abort ends the exchange from another thread
    public UpstreamRequest(
            String method,
            URI uri,
            List<HttpField> fields,
            byte[] body,
            Timeouts timeouts,
            Abort abort) {
        this.method = method;
        this.uri = uri;
        this.fields = List.copyOf(fields);
        this.body = body;
        this.timeouts = timeouts;
        this.abort = abort;
    }

    /// HTTP method.
    public String method() {
        return method;
    }

    /// Where it goes.
    public URI uri() {
        return uri;
    }

    /// Header lines.
    public List<HttpField> fields() {
        return fields;
    }

    /// The whole body, empty for none.
    public byte[] body() {
        return body;
    }

    /// How long it may take.
    public Timeouts timeouts() {
        return timeouts;
    }

    /// Ends the exchange from another thread.
    public Abort abort() {
        return abort;
    }

    @Override
    public String toString() {
        return method + " " + uri.getRawAuthority() + uri.getRawPath();
    }
}
