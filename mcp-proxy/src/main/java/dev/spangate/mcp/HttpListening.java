package dev.spangate.mcp;

import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The GET stream of a session: opened, read, and opened again with backoff until closed.
///
/// A server without one (405 and any other refusal) ends it; an unknown session is told as the loss
/// of the transport.
final class HttpListening implements AutoCloseable {
    private static final Logger LOG = System.getLogger(HttpListening.class.getName());
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);

    private final HttpEndpoint endpoint;
    private final Map<String, String> headers;
    private final UnrequestedMessages.Listening events;
    private final Abort abort = new Abort();
    private @Nullable String lastId;
    private Duration retry = FIRST_RETRY;
    private boolean opened;
    private boolean settled;

    private HttpListening(
            HttpEndpoint endpoint,
            Map<String, String> headers,
            UnrequestedMessages.Listening events) {
        this.endpoint = endpoint;
        this.headers = headers;
        this.events = events;
    }

    static HttpListening start(
            HttpEndpoint endpoint,
            Map<String, String> headers,
            UnrequestedMessages.Listening events) {
        var listening = new HttpListening(endpoint, headers, events);
        Thread.ofVirtual().name("mcp-listen-" + endpoint.address().getHost()).start(listening::run);
        return listening;
    }

    @Override
    public void close() {
        abort.abort();
    }

    private void run() {
        try {
            while (!abort.aborted() && listenOnce()) {
                if (!abort.pause(retry)) {
                    return;
                }
                retry = min(retry.multipliedBy(2), MAX_RETRY);
            }
        } catch (TransportFailure failure) {
            if (!abort.aborted()) {
                endpoint.inbound().lost(failure);
            }
        } finally {
            settle();
        }
    }

    private void settle() {
        if (!settled && !abort.aborted()) {
            settled = true;
            events.settled();
        }
    }

    /// Whether it is worth another try.
    private boolean listenOnce() {
        HttpResponse<InputStream> response;
        try {
            response = endpoint.sender().send(request(), abort);
        } catch (TransportFailure unreachable) {
            LOG.log(
                    Level.DEBUG,
                    "GET stream of {0}: {1}",
                    endpoint.address().getHost(),
                    unreachable.getMessage());
            settle();
            return true;
        }
        abort.on(response.body());
        try {
            if (response.statusCode() == 200 && HttpExchange.isEventStream(response)) {
                follow(response);
                return true;
            }
            if (response.statusCode() == 404 && opened) {
                throw TransportFailure.expired(404);
            }
            return response.statusCode() >= 500 && response.statusCode() != 501;
        } finally {
            abort.closeQuietly(response.body());
        }
    }

    private HttpSender.Request request() {
        var all = new HashMap<>(headers);
        all.put("Accept", "text/event-stream");
        var session = endpoint.sessionId();
        if (session != null) {
            all.put("Mcp-Session-Id", session);
        }
        if (lastId != null) {
            all.put("Last-Event-ID", lastId);
        }
        return new HttpSender.Request("GET", endpoint.address(), all, null);
    }

    private void follow(HttpResponse<InputStream> response) {
        var stream = new EventStream(response.body(), endpoint.limits(), () -> retry = FIRST_RETRY);
        if (opened) {
            events.resumed();
        }
        opened = true;
        settle();
        try {
            for (EventStream.Event event; (event = stream.next()) != null; ) {
                lastId = event.id();
                if (event.isMessage()) {
                    decode(event.data());
                }
            }
        } catch (IOException | TransportFailure broken) {
            LOG.log(
                    Level.DEBUG,
                    "GET stream of {0} broke off: {1}",
                    endpoint.address().getHost(),
                    broken.getMessage());
        }
        if (stream.retryMillis() >= 0) {
            retry = min(Duration.ofMillis(stream.retryMillis()), MAX_RETRY);
        }
    }

    private void decode(byte[] data) {
        try {
            for (JSONRPCMessage message : UpstreamJson.decode(data, null)) {
                endpoint.inbound().received(message, null);
            }
        } catch (TransportFailure unreadable) {
            endpoint.inbound().unreadable(unreadable, null);
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
