package dev.spangate.mcp;

import dev.spangate.mcp.McpUpstreamException.Kind;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCRequest;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One message sent by POST and everything the server says on the response: JSON, or a stream of
/// events that is resumed by GET where the server gave its events ids.
///
/// Runs on the sender's thread from the first byte to the answer, so a call costs no hand-over
/// between threads.
final class HttpExchange {
    private static final int MAX_RESUMES_WITHOUT_EVENT = 4;
    private static final int MAX_ERROR_BODY = 1 << 20;
    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofSeconds(30);

    private final HttpEndpoint endpoint;
    private final JSONRPCMessage message;
    private final Map<String, String> headers;
    private final Abort abort = new Abort();
    private final @Nullable Object id;
    private boolean answered;
    private volatile boolean idle;
    private volatile boolean givenUp;

    /// @param headers of this message alone
    HttpExchange(HttpEndpoint endpoint, JSONRPCMessage message, Map<String, String> headers) {
        this.endpoint = endpoint;
        this.message = message;
        this.headers = headers;
        this.id = message instanceof JSONRPCRequest request ? request.id() : null;
    }

    /// Closes the response stream; for a 2026-07-28 server that cancels the request.
    void abort() {
        abort.abort();
    }

    /// Like [#abort], and nobody waits for the outcome any more.
    void giveUp() {
        givenUp = true;
        abort.abort();
    }

    boolean givenUp() {
        return givenUp;
    }

    /// Sends, and returns when the message is answered; a request without an answer is a failure.
    ///
    /// @throws TransportFailure if there was none
    void run() {
        var sentSession = endpoint.sessionId();
        var response = endpoint.sender().send(post(sentSession), abort);
        abort.on(response.body());
        var status = response.statusCode();
        if (status >= 200 && status < 300) {
            response.headers().firstValue("mcp-session-id").ifPresent(this::learnSession);
            if (id == null) {
                abort.closeQuietly(response.body());
            } else if (isEventStream(response)) {
                followStream(response);
            } else {
                readJson(response);
            }
        } else {
            refused(response, sentSession != null);
        }
        if (id != null && !answered) {
            throw new TransportFailure(
                    Kind.CLOSED, "answered HTTP " + status + " without the response");
        }
    }

    private HttpSender.Request post(@Nullable String session) {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("Accept", "application/json, text/event-stream");
        if (session != null) {
            all.put("Mcp-Session-Id", session);
        }
        return new HttpSender.Request(
                "POST", endpoint.address(), all, UpstreamJson.encode(message));
    }

    private void learnSession(String session) {
        if (message instanceof JSONRPCRequest request && request.method().equals("initialize")) {
            endpoint.sessionStarted(session);
        }
    }

    private void readJson(HttpResponse<InputStream> response) {
        var max = endpoint.limits().maxBytes();
        byte[] body;
        try (var in = response.body()) {
            body = in.readNBytes(max + 1);
        } catch (IOException broken) {
            throw brokenOff(broken);
        }
        if (body.length > max) {
            throw endpoint.limits().tooLarge();
        }
        if (body.length > 0) {
            UpstreamJson.decode(body, id).forEach(this::deliver);
        }
    }

    private void followStream(HttpResponse<InputStream> first) {
        var response = first;
        String lastId = null;
        var fruitless = 0;
        while (true) {
            var before = lastId;
            var events = readEvents(response);
            if (answered) {
                endpoint.drain(response.body());
                return;
            }
            lastId = events.lastId() == null ? lastId : events.lastId();
            fruitless = lastId == null || lastId.equals(before) ? fruitless + 1 : 0;
            if (lastId == null || fruitless > MAX_RESUMES_WITHOUT_EVENT) {
                throw new TransportFailure(
                        Kind.CLOSED, "ended the response stream before the answer");
            }
            response = resume(lastId, events.retryMillis());
        }
    }

    private EventStream readEvents(HttpResponse<InputStream> response) {
        var limits = endpoint.limits();
        var watch = endpoint.deadlines().start(limits.idle(), this::goneIdle);
        var events = new EventStream(response.body(), limits, () -> watch.extend(limits.idle()));
        try (watch) {
            for (EventStream.Event event; !answered && (event = events.next()) != null; ) {
                if (event.isMessage()) {
                    UpstreamJson.decode(event.data(), null).forEach(this::deliver);
                }
            }
        } catch (IOException broken) {
            if (abort.aborted() || events.lastId() == null) {
                throw brokenOff(broken);
            }
            abort.closeQuietly(response.body());
        }
        return events;
    }

    private void goneIdle() {
        idle = true;
        abort.abort();
    }

    private HttpResponse<InputStream> resume(String lastId, long retryMillis) {
        var delay = retryMillis < 0 ? DEFAULT_RETRY : Duration.ofMillis(retryMillis);
        if (!abort.pause(delay.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : delay)) {
            throw brokenOff(null);
        }
        var all = new HashMap<>(headers);
        all.put("Accept", "text/event-stream");
        all.put("Last-Event-ID", lastId);
        var session = endpoint.sessionId();
        if (session != null) {
            all.put("Mcp-Session-Id", session);
        }
        var response =
                endpoint.sender()
                        .send(new HttpSender.Request("GET", endpoint.address(), all, null), abort);
        abort.on(response.body());
        if (response.statusCode() != 200 || !isEventStream(response)) {
            abort.closeQuietly(response.body());
            throw TransportFailure.status(
                    Kind.CLOSED,
                    response.statusCode(),
                    "ended the response stream and did not resume it");
        }
        return response;
    }

    private void refused(HttpResponse<InputStream> response, boolean inSession) {
        byte[] body;
        try (var in = response.body()) {
            body = in.readNBytes(MAX_ERROR_BODY);
        } catch (IOException broken) {
            body = new byte[0];
        }
        var refusal = new HttpRefusal(response.statusCode(), response.headers(), body);
        if (inSession && refusal.saysSessionIsUnknown()) {
            throw TransportFailure.expired(response.statusCode());
        }
        var error = id == null ? null : refusal.error(id);
        if (error == null) {
            throw refusal.failure();
        }
        deliver(error);
    }

    private void deliver(JSONRPCMessage received) {
        if (received instanceof JSONRPCResponse response
                && id != null
                && response.id().equals(id)) {
            answered = true;
        }
        endpoint.inbound().received(received, id);
    }

    private TransportFailure brokenOff(@Nullable IOException broken) {
        if (idle) {
            return new TransportFailure(
                    Kind.TIMEOUT,
                    "sent nothing for " + TransportFailure.words(endpoint.limits().idle()),
                    broken);
        }
        return new TransportFailure(
                Kind.CLOSED,
                abort.aborted() ? "request was given up" : "broke off in the middle of the answer",
                broken);
    }

    static boolean isEventStream(HttpResponse<?> response) {
        return response.headers()
                .firstValue("content-type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                .orElse(false);
    }
}
