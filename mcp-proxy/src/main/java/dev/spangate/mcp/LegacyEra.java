package dev.spangate.mcp;

import dev.spangate.linking.TraceLinker;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Objects;
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
    private final SessionRequests sessionRequests;
    private final TraceLinker linker;

    LegacyEra(
            Sessions sessions,
            Greeting greeting,
            Requests requests,
            SessionRequests sessionRequests,
            TraceLinker linker) {
        this.sessions = sessions;
        this.greeting = greeting;
        this.requests = requests;
        this.sessionRequests = sessionRequests;
        this.linker = linker;
    }

    /// Opens a session and says which.
    void initialize(Visit visit) {
        var params = visit.request().params();
        var wanted = Json.string(params, "protocolVersion");
        if (wanted == null) {
            throw RpcFault.invalidParams("`params.protocolVersion` is required");
        }
        var exchange = visit.exchange();
        var client =
                new ClientProfile(
                        negotiated(wanted),
                        orEmpty(Json.child(params, "clientInfo")),
                        orEmpty(Json.child(params, "capabilities")));
        var session = sessions.open(exchange.caller().name(), exchange.endpoint(), client);
        // First of all: slow servers may turn the answer into a stream.
        visit.channel().header(SESSION_HEADER, session.id());
        var discovery = exchange.discovery(linker, visit.request());
        var result = greeting.initialize(exchange, client, discovery);
        visit.channel()
                .finish(
                        200,
                        ServerMessages.answer(
                                visit.request().id(), new UpstreamReply.Result(result)));
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
    void serve(Visit visit) {
        switch (visit.request().method()) {
            case "ping" -> visit.answer(Json.object());
            case "initialize" -> throw RpcFault.invalidRequest("This session is initialized");
            case "logging/setLevel" -> sessionRequests.setLevel(visit);
            case "resources/subscribe" -> sessionRequests.subscribe(visit);
            case "resources/unsubscribe" -> sessionRequests.unsubscribe(visit);
            default -> requests.serve(visit);
        }
    }

    /// Takes a notification.
    void take(Exchange exchange, ClientMessage.Notification notification) {
        var session = Objects.requireNonNull(exchange.session());
        switch (notification.method()) {
            case "notifications/cancelled" -> cancel(session, notification.params());
            case "notifications/initialized" -> {}
            default -> sessionRequests.forward(exchange, session, notification);
        }
    }

    /// The revision spoken with a client that asks for this one.
    static Revision negotiated(String wanted) {
        return Revision.of(wanted)
                .filter(revision -> revision.era() == Era.LEGACY)
                .filter(Revision.served()::contains)
                .orElse(Revision.V2025_11_25);
    }

    private static void cancel(Session session, ObjectNode params) {
        var id = params.get("requestId");
        if (id != null) {
            var reason = Optional.ofNullable(Json.string(params, "reason"));
            session.cancel(id.toString(), reason.orElse("cancelled by the client"));
        }
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
