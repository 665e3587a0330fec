package dev.spangate.proxy;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// An upstream's response, its body still arriving.
///
/// Closing it before the end of the body aborts the exchange: the upstream sees the connection go.
/// Reading the body throws [UpstreamException] with the reason, never another `IOException`.
public final class UpstreamResponse implements AutoCloseable {
    private final int status;
    private final List<HttpField> fields;
    private final InputStream body;
    private final Runnable onClose;

    /// @param body as it arrives: a read returns what is there
    /// @param onClose releases the exchange; may run more than once
    public UpstreamResponse(
            int status, List<HttpField> fields, InputStream body, Runnable onClose) {
        this.status = status;
        this.fields = List.copyOf(fields);
        this.body = body;
        this.onClose = onClose;
    }

    /// HTTP status.
    public int status() {
        return status;
    }

    /// Header lines in the upstream's order.
    public List<HttpField> fields() {
        return fields;
    }

    /// The first value of a header, names compared without case.
    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(HttpField::value)
                .findFirst();
    }

    /// The body as it arrives.
    public InputStream body() {
        return body;
    }

    @Override
    public void close() {
        onClose.run();
    }
}
