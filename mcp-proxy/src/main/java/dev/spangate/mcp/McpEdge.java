package dev.spangate.mcp;

import dev.spangate.proxy.Authentication;
import dev.spangate.proxy.Caller;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The HTTP side of an endpoint: who may come in, what is a message, which era it speaks, and the
/// one place where a fault becomes an answer.
final class McpEdge {
    private static final System.Logger LOG = System.getLogger(McpEdge.class.getName());
    private static final Header JSON_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header POST_ONLY = HeaderValues.createCached(HeaderNames.ALLOW, "POST");

    private final Doors doors;
    private final LegacyEra legacy;
    private final ModernEra modern;
    private final Heartbeat heartbeat;
    private final McpConfig.Downstream config;

    McpEdge(
            Doors doors,
            LegacyEra legacy,
            ModernEra modern,
            Heartbeat heartbeat,
            McpConfig.Downstream config) {
        this.doors = doors;
        this.legacy = legacy;
        this.modern = modern;
        this.heartbeat = heartbeat;
        this.config = config;
    }

    /// What a request must pass.
    record Doors(
            EdgeGuard guard,
            Authentication authentication,
            UpstreamServers servers,
            Sessions sessions) {}

    /// An authenticated HTTP request.
    private record Visit(
            Caller caller, Endpoint endpoint, ServerRequest request, ServerResponse response) {
        Exchange exchange(ClientProfile client, @Nullable Session session) {
            return new Exchange(
                    caller, endpoint, client, session, request.headers(), request.socketId());
        }
    }

    /// Serves one HTTP request.
    void handle(Endpoint endpoint, ServerRequest request, ServerResponse response) {
        try {
            var visit = admit(endpoint, request, response);
            switch (request.prologue().method().text()) {
                case "POST" -> post(visit);
                case "GET" -> listen(visit);
                case "DELETE" -> delete(visit);
                default -> throw notAllowed(response);
            }
        } catch (RpcFault fault) {
            send(response, fault.status() == 200 ? 400 : fault.status(), null, fault);
        }
    }

    private Visit admit(Endpoint endpoint, ServerRequest request, ServerResponse response) {
        doors.guard()
                .objection(request)
                .ifPresent(objection -> {
                    throw new RpcFault(403, JsonRpc.INVALID_REQUEST, objection, null);
                });
        var caller =
                doors.authentication()
                        .authenticate(request.headers())
                        .orElseThrow(() -> unauthorized(response));
        if (endpoint.server() != null && doors.servers().find(endpoint.server()).isEmpty()) {
            throw new RpcFault(
                    404,
                    JsonRpc.INVALID_REQUEST,
                    "No MCP server is registered as '" + endpoint.server() + "'",
                    null);
        }
        return new Visit(caller, endpoint, request, response);
    }

    private void post(Visit visit) {
        JsonNode body = null;
        try {
            body = body(visit.request());
            var message = ClientMessage.read(single(body));
            switch (message) {
                case ClientMessage.Request request -> serve(visit, request);
                case ClientMessage.Notification notification -> take(visit, notification);
                case ClientMessage.Response answer -> {
                    session(visit).answer(answer);
                    accepted(visit.response());
                }
            }
        } catch (RpcFault fault) {
            send(visit.response(), fault.status(), ClientMessage.idOf(body), fault);
        }
    }

    private void serve(Visit visit, ClientMessage.Request request) {
        var channel = channel(visit);
        heartbeat.add(channel);
        try {
            dispatch(visit, request, channel);
        } catch (RpcFault fault) {
            channel.finish(fault.status(), ServerMessages.answer(request.id(), fault.toReply()));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "MCP request failed: " + request.method(), e);
            var fault = new RpcFault(500, JsonRpc.INTERNAL_ERROR, "Internal error", null);
            channel.finish(500, ServerMessages.answer(request.id(), fault.toReply()));
        } finally {
            heartbeat.remove(channel);
        }
        if (channel.gone()) {
            throw new CloseConnectionException("the client has left");
        }
    }

    private void dispatch(Visit visit, ClientMessage.Request request, AnswerChannel channel) {
        var headers = visit.request().headers();
        if (ModernRules.speaks(request.method(), request.meta(), headers)) {
            var client = ModernRules.check(request, headers);
            modern.serve(visit.exchange(client, null), request, channel);
        } else if (request.method().equals("initialize")
                && !headers.contains(LegacyEra.SESSION_HEADER)) {
            legacy.initialize(visit.exchange(ClientProfile.gateway(), null), request, channel);
        } else {
            var session = session(visit);
            legacy.serve(visit.exchange(session.client(), session), request, channel);
        }
    }

    private void take(Visit visit, ClientMessage.Notification notification) {
        var headers = visit.request().headers();
        var meta = Json.child(notification.params(), "_meta");
        if (ModernRules.speaks(notification.method(), meta, headers)) {
            ModernRules.check(notification, headers);
        } else {
            legacy.take(session(visit), notification);
        }
        accepted(visit.response());
    }

    /// The stream for what belongs to no request (legacy only).
    private void listen(Visit visit) {
        var session = streamSession(visit);
        var stream = new SseStream(visit.response());
        var pulse =
                new IdlePulse(stream, config.keepAlive(), () -> doors.sessions().touch(session));
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

    private void delete(Visit visit) {
        doors.sessions().close(streamSession(visit));
        visit.response().status(Status.OK_200).send();
    }

    private Session streamSession(Visit visit) {
        var headers = visit.request().headers();
        boolean stateless =
                ModernRules.header(headers, ModernRules.VERSION_HEADER)
                        .filter(ModernRules::isModern)
                        .isPresent();
        if (stateless || !headers.contains(LegacyEra.SESSION_HEADER)) {
            throw notAllowed(visit.response());
        }
        return session(visit);
    }

    private Session session(Visit visit) {
        return legacy.session(visit.request().headers(), visit.caller().name(), visit.endpoint());
    }

    private AnswerChannel channel(Visit visit) {
        var accept = visit.request().headers().first(HeaderNames.ACCEPT).orElse("");
        return new AnswerChannel(visit.response(), accept, config);
    }

    private JsonNode body(ServerRequest request) {
        var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("application/json");
        if (!type.startsWith("application/json")) {
            throw new RpcFault(
                    415, JsonRpc.INVALID_REQUEST, "Content-Type must be application/json", null);
        }
        try {
            int limit = Math.toIntExact(Math.min(config.maxBody(), Integer.MAX_VALUE - 9));
            var bytes = request.content().inputStream().readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new RpcFault(
                        413,
                        JsonRpc.INVALID_REQUEST,
                        "The body is over mcp.downstream.max-body (" + limit + " bytes)",
                        null);
            }
            return Json.parseStrict(bytes);
        } catch (JacksonException e) {
            throw RpcFault.parseError("Parse error: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode single(JsonNode body) {
        if (body.isArray()) {
            throw RpcFault.invalidRequest("JSON-RPC batches are not supported in this revision");
        }
        return body;
    }

    private static void accepted(ServerResponse response) {
        response.status(Status.ACCEPTED_202).send();
    }

    private static RpcFault notAllowed(ServerResponse response) {
        response.header(POST_ONLY);
        return new RpcFault(405, JsonRpc.INVALID_REQUEST, "Method not allowed; use POST", null);
    }

    private static RpcFault unauthorized(ServerResponse response) {
        response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        return new RpcFault(
                401,
                JsonRpc.INVALID_REQUEST,
                "Unauthorized: send a Spangate key in x-spangate-key or Authorization",
                null);
    }

    private static void send(
            ServerResponse response, int status, @Nullable JsonNode id, RpcFault fault) {
        ObjectNode message = ServerMessages.answer(id, fault.toReply());
        response.status(Status.create(status)).header(JSON_TYPE);
        if (status == 413) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.send(Json.bytes(message));
    }
}
