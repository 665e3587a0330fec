package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Serves the revisions with sessions, 2025-03-26 to 2025-11-25.
final class LegacyEra {
    static final HeaderName SESSION_HEADER = HeaderNames.create("Mcp-Session-Id");
    private static final int SESSION_UNKNOWN = -32001;
    private static final int SESSION_MISSING = -32000;

    private final Sessions sessions;
    private final Greeting greeting;
    private final Requests requests;
    private final TraceLinker linker;

    LegacyEra(Sessions sessions, Greeting greeting, Requests requests, TraceLinker linker) {
        this.sessions = sessions;
        this.greeting = greeting;
        this.requests = requests;
        this.linker = linker;
    }

    /// Opens a session and says which.
    Session initialize(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
        var params = request.params();
        var wanted = Json.string(params, "protocolVersion");
        if (wanted == null) {
            throw RpcFault.invalidParams("`params.protocolVersion` is required");
        }
        var client =
                new ClientProfile(
                        negotiated(wanted),
                        orEmpty(Json.child(params, "clientInfo")),
                        orEmpty(Json.child(params, "capabilities")));
        var session = sessions.open(exchange.caller().name(), exchange.endpoint(), client);
        channel.header(
                SESSION_HEADER, session.id()); // slow servers may turn the answer into a stream
        var result = greeting.initialize(exchange, client, exchange.discovery(linker, request));
        channel.finish(200, ServerMessages.answer(request.id(), new UpstreamReply.Result(result)));
        return session;
    }

    /// The session that a request names.
    ///
    /// @throws RpcFault it names none, or none that is its own
    Session session(Headers headers, String caller, Endpoint endpoint) {
        var id = headers.first(SESSION_HEADER).map(String::strip).orElse(null);
        if (id == null) {
            throw new RpcFault(
                    400,
                    SESSION_MISSING,
                    "No session: send `initialize` first, then its Mcp-Session-Id on every request",
                    null);
        }
        var session =
                sessions.find(id, caller, endpoint)
                        .orElseThrow(() ->
                                new RpcFault(
                                        404,
                                        SESSION_UNKNOWN,
                                        "Session not found: send `initialize` again",
                                        null));
        checkVersion(headers);
        return session;
    }

    /// Serves a request in its session.
    void serve(Exchange exchange, ClientMessage.Request request, AnswerChannel channel) {
        switch (request.method()) {
            case "ping" -> Requests.answer(exchange, request, channel, Json.object());
            case "initialize" -> throw RpcFault.invalidRequest("This session is initialized");
            default -> requests.serve(exchange, request, channel);
        }
    }

    /// Takes a notification.
    void take(Session session, ClientMessage.Notification notification) {
        if (notification.method().equals("notifications/cancelled")) {
            var id = notification.params().get("requestId");
            if (id != null) {
                session.cancel(
                        id.toString(),
                        Optional.ofNullable(Json.string(notification.params(), "reason"))
                                .orElse("cancelled by the client"));
            }
        }
    }

    /// The revision spoken with a client that asks for this one.
    static Revision negotiated(String wanted) {
        return Revision.of(wanted)
                .filter(revision -> revision.era() == Era.LEGACY)
                .filter(Revision.served()::contains)
                .orElse(Revision.V2025_11_25);
    }

    private static void checkVersion(Headers headers) {
        ModernRules.header(headers, ModernRules.VERSION_HEADER)
                .filter(version -> Revision.of(version).isEmpty())
                .ifPresent(version -> {
                    throw ModernRules.unsupported(version);
                });
    }

    private static ObjectNode orEmpty(@Nullable ObjectNode node) {
        return node == null ? Json.object() : node;
    }
}
