package dev.spangate.llm;

import dev.spangate.proxy.Abort;
import dev.spangate.proxy.DisconnectWatch;
import dev.spangate.proxy.HopByHop;
import dev.spangate.proxy.UpstreamResponse;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One request of a client and the place of its answer.
///
/// @param method HTTP method
/// @param provider the first path segment; `v1` is the unified surface
/// @param path raw path below the provider, the whole path on the unified surface
/// @param query raw query, empty if there is none
/// @param endpoint what the path asks for
record Exchange(
        ServerRequest request,
        ServerResponse response,
        String method,
        String provider,
        String path,
        String query,
        Endpoint endpoint) {
    private static final String UNIFIED = "v1";
    private static final HeaderName CONTENT_TYPE = HeaderNames.CONTENT_TYPE;

    /// True of the upstream's connection and protocols, not of ours.
    private static final Set<String> NOT_COPIED = Set.of("alt-svc", "strict-transport-security");

    static Exchange of(ServerRequest request, ServerResponse response) {
        String whole = request.path().absolute().rawPath();
        String method = request.prologue().method().text();
        String first = UpstreamUrl.segment(whole);
        String path = first.equals(UNIFIED) ? whole : whole.substring(1 + first.length());
        return new Exchange(
                request,
                response,
                method,
                first,
                path,
                request.query().rawValue(),
                Endpoint.of(method, path));
    }

    boolean unified() {
        return provider.equals(UNIFIED);
    }

    Optional<Dialect> dialect() {
        return Dialect.of(endpoint);
    }

    /// Names the client's connection.
    String connection() {
        var peer = request.remotePeer();
        return peer.host() + ":" + peer.port();
    }

    /// Fires `abort` when the client leaves, until the result is closed.
    DisconnectWatch.Watched watch(DisconnectWatch disconnects, Abort abort) {
        return disconnects.watch(request.remotePeer(), request.localPeer(), abort);
    }

    /// The whole body.
    byte[] body(long limit) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        if (request.headers().contentLength().orElse(-1) > limit) {
            throw tooLarge(limit); // unread: closing its stream would wait for all of it
        }
        try (var in = request.content().inputStream()) {
            byte[] body = in.readNBytes(Math.toIntExact(limit + 1));
            if (body.length > limit) {
                throw tooLarge(limit);
            }
            return body;
        } catch (IOException e) {
            throw new Refusal(400, "unreadable_body", "the request's body ended early");
        }
    }

    private Refusal tooLarge(long limit) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        return new Refusal(
                413,
                "request_too_large",
                "the request's body is larger than llm.max-request-bytes (%d)".formatted(limit));
    }

    /// Answers ourselves, in the shape that the client's library parses.
    void refuse(Refusal refusal) {
        response.status(Status.create(refusal.status()));
        boolean closes = response.headers().contains(HeaderValues.CONNECTION_CLOSE);
        response.headers().clear(); // an upstream's own: its length is not ours
        if (closes) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.headers().set(CONTENT_TYPE, "application/json");
        response.send(errorBody(refusal));
    }

    private byte[] errorBody(Refusal refusal) {
        return dialect()
                .map(d -> d.error(refusal.status(), refusal.type(), refusal.text()))
                .orElseGet(() ->
                        speaksAnthropic()
                                ? ErrorBodies.anthropic(refusal.status(), refusal.text())
                                : ErrorBodies.openAi(refusal.type(), refusal.text()));
    }

    private boolean speaksAnthropic() {
        return path.contains("/messages")
                || request.headers().contains(HeaderNames.create("anthropic-version"));
    }

    /// Takes over status and end-to-end header lines; the body's framing is ours.
    void head(UpstreamResponse upstream) {
        response.status(Status.create(upstream.status()));
        var hop = HopByHop.of(values(upstream, "connection"));
        var lines = new LinkedHashMap<String, List<String>>();
        for (var field : upstream.fields()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!name.startsWith(":") && !hop.covers(name) && !NOT_COPIED.contains(name)) {
                lines.computeIfAbsent(name, _ -> new ArrayList<>()).add(field.value());
            }
        }
        lines.forEach((name, values) -> response.headers().set(HeaderNames.create(name), values));
    }

    private static List<String> values(UpstreamResponse upstream, String name) {
        return upstream.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(field -> field.value())
                .toList();
    }
}
