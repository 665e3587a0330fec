package dev.spangate.mcp;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The HTTP side of an endpoint: which messages came, in which era, and the one place where a fault
/// becomes an answer.
final class McpEdge {
    private static final System.Logger LOG = System.getLogger(McpEdge.class.getName());
    private static final Header JSON_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");

    private final Doors doors;
    private final Eras eras;
    private final Sessions sessions;
    private final Heartbeat heartbeat;

    McpEdge(Doors doors, Eras eras, Sessions sessions, Heartbeat heartbeat) {
        this.doors = doors;
        this.eras = eras;
        this.sessions = sessions;
        this.heartbeat = heartbeat;
    }

    /// Who serves which era.
    record Eras(LegacyEra legacy, ModernEra modern) {}

    /// Serves one HTTP request to the endpoint of this name; null is the one that shows all.
    void handle(@Nullable String endpoint, ServerRequest request, ServerResponse response) {
        try {
            var arrival = doors.admit(endpoint, request, response);
            switch (request.prologue().method().text()) {
                case "POST" -> post(arrival);
                case "GET" -> listen(arrival);
                case "DELETE" -> delete(arrival);
                default -> throw Doors.notAllowed(response);
            }
        } catch (RpcFault fault) {
            send(response, fault.status() == 200 ? 400 : fault.status(), null, fault);
        }
    }

    private void post(Arrival arrival) {
        JsonNode body = null;
        try {
            body = doors.body(arrival.request());
            if (body.isArray()) {
                batch(arrival, body);
            } else {
                one(arrival, ClientMessage.read(body));
            }
        } catch (RpcFault fault) {
            send(arrival.response(), fault.status(), ClientMessage.idOf(body), fault);
        }
    }

    private void batch(Arrival arrival, JsonNode body) {
        if (!arrival.request().headers().contains(LegacyEra.SESSION_HEADER)) {
            throw RpcFault.invalidRequest("JSON-RPC batches need a session of 2025-03-26");
        }
        new Batch(this, arrival, session(arrival), body).serve();
    }

    private void one(Arrival arrival, ClientMessage message) {
        switch (message) {
            case ClientMessage.Request request -> {
                var answer = answer(arrival, 0);
                serve(arrival, request, answer);
                checkGone(answer);
            }
            case ClientMessage.Notification notification -> {
                take(arrival, notification);
                accepted(arrival.response());
            }
            case ClientMessage.Response response -> {
                session(arrival).answer(response);
                accepted(arrival.response());
            }
        }
    }

    /// Serves one request and answers it, whatever happens.
    void serve(Arrival arrival, ClientMessage.Request request, PostAnswer answer) {
        var channel = new AnswerChannel(answer);
        if (request.method().equals("initialize")) {
            answer.awaitHeader(); // a stream's head cannot take the session's id any more
        }
        heartbeat.add(answer);
        try {
            dispatch(arrival, request, channel);
        } catch (RpcFault fault) {
            channel.finish(fault.status(), ServerMessages.answer(request.id(), fault.toReply()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "MCP request failed: " + request.method(), e);
            var fault = new RpcFault(500, JsonRpc.INTERNAL_ERROR, "Internal error", null);
            channel.finish(500, ServerMessages.answer(request.id(), fault.toReply()));
        } finally {
            heartbeat.remove(answer);
        }
    }

    void take(Arrival arrival, ClientMessage.Notification notification) {
        var headers = arrival.request().headers();
        var meta = Json.child(notification.params(), "_meta");
        if (ModernRules.speaks(notification.method(), meta, headers)) {
            ModernRules.check(notification, headers);
        } else {
            var session = session(arrival);
            eras.legacy().take(arrival.exchange(session.client(), session), notification);
        }
    }

    PostAnswer answer(Arrival arrival, int batch) {
        var accept = arrival.request().headers().first(HeaderNames.ACCEPT).orElse("");
        return new PostAnswer(arrival.response(), accept, doors.config(), batch);
    }

    static void checkGone(PostAnswer answer) {
        if (answer.gone()) {
            throw new CloseConnectionException("the client has left");
        }
    }

    static void accepted(ServerResponse response) {
        response.status(Status.ACCEPTED_202).send();
    }

    private void dispatch(Arrival arrival, ClientMessage.Request request, AnswerChannel channel) {
        var headers = arrival.request().headers();
        if (ModernRules.speaks(request.method(), request.meta(), headers)) {
            var client = ModernRules.check(request, headers);
            eras.modern().serve(new Visit(arrival.exchange(client, null), request, channel));
        } else if (request.method().equals("initialize")
                && !headers.contains(LegacyEra.SESSION_HEADER)) {
            var unknown = arrival.exchange(ClientProfile.gateway(), null);
            eras.legacy().initialize(new Visit(unknown, request, channel));
        } else {
            var session = session(arrival);
            var exchange = arrival.exchange(session.client(), session);
            eras.legacy().serve(new Visit(exchange, request, channel));
        }
    }

    /// The stream for what belongs to no request (legacy only).
    private void listen(Arrival arrival) {
        var session = streamSession(arrival);
        var stream = new SseStream(arrival.response());
        var pulse =
                new IdlePulse(stream, doors.config().keepAlive(), () -> sessions.touch(session));
        session.attach(stream);
        heartbeat.add(pulse);
        try {
            stream.comment();
            stream.awaitEnd();
        } finally {
            heartbeat.remove(pulse);
        }
        if (stream.gone()) {
            throw new CloseConnectionException("the client has left");
        }
    }

    private void delete(Arrival arrival) {
        sessions.close(streamSession(arrival));
        arrival.response().status(Status.OK_200).send();
    }

    private Session streamSession(Arrival arrival) {
        var headers = arrival.request().headers();
        boolean stateless =
                ModernRules.header(headers, ModernRules.VERSION_HEADER)
                        .filter(ModernRules::isModern)
                        .isPresent();
        if (stateless || !headers.contains(LegacyEra.SESSION_HEADER)) {
            throw Doors.notAllowed(arrival.response());
        }
        return session(arrival);
    }

    private Session session(Arrival arrival) {
        return eras.legacy()
                .session(arrival.request().headers(), arrival.caller().name(), arrival.endpoint());
    }

    private static void send(
            ServerResponse response, int status, @Nullable JsonNode id, RpcFault fault) {
        var message = ServerMessages.answer(id, fault.toReply());
        response.status(Status.create(status)).header(JSON_TYPE);
        if (status == 413) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.send(Json.bytes(message));
    }
}
