package dev.spangate.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// One JSON line per request: when, who, what, how it ended and how long it took.
///
/// Never a query string, a header's value beside the `User-Agent`'s product, or a body. Lines of
/// concurrent requests do not mix. A sink that fails is given up; the request never notices.
final class AccessLog implements Filter {
    private static final ObjectMapper JSON = JsonMapper.shared();
    private static final int LONGEST_TEXT = 512;

    private final String listener;
    private final OutputStream out;
    private final ReentrantLock writing;
    private volatile boolean broken;

    private AccessLog(String listener, OutputStream out, ReentrantLock writing) {
        this.listener = listener;
        this.out = out;
        this.writing = writing;
    }

    static AccessLog of(String listener, OutputStream out) {
        return new AccessLog(listener, out, new ReentrantLock());
    }

    /// Another listener's log on the same sink.
    AccessLog with(String otherListener) {
        return new AccessLog(otherListener, out, writing);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long started = System.nanoTime();
        try {
            chain.proceed();
        } finally {
            if (!broken) {
                write(line(request, response, System.nanoTime() - started));
            }
        }
    }

    private byte[] line(RoutingRequest request, RoutingResponse response, long nanos) {
        var bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringProperty("time", Instant.now().toString());
            json.writeStringProperty("listener", listener);
            json.writeStringProperty(
                    "remote", request.remotePeer().host() + ":" + request.remotePeer().port());
            json.writeStringProperty("method", bounded(request.prologue().method().text()));
            json.writeStringProperty("path", bounded(request.prologue().uriPath().path()));
            json.writeNumberProperty("status", response.status().code());
            json.writeNumberProperty("bytes", Math.max(0, response.bytesWritten()));
            json.writeNumberProperty("ms", Math.round(nanos / 1e3) / 1e3);
            json.writeStringProperty("agent", product(request));
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    private void write(byte[] line) {
        writing.lock();
        try {
            out.write(line);
            out.flush();
        } catch (IOException | UncheckedIOException _) {
            broken = true; // standard output is closed: nobody reads, nobody is told
        } finally {
            writing.unlock();
        }
    }

    private static String product(RoutingRequest request) {
        var agent = request.headers().first(HeaderNames.USER_AGENT).orElse("");
        return bounded(agent.split(" ", 2)[0]);
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
